/**
 * Writes test/vectors/statements.json. Run with `npx tsx scripts/vectors/generate-statement-vectors.ts` after a deliberate
 * change of format, and raise the version; never to make a failing test pass.
 *
 * The shares are divided by hand, below. Ids, leaves, roots and hashes come from ethers and OpenZeppelin's merkle-tree, and
 * the text from `canonicalize`: nothing here is the code under test.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { SimpleMerkleTree } from "@openzeppelin/merkle-tree";
import canonicalize from "canonicalize";
import { AbiCoder, keccak256, toUtf8Bytes, ZeroHash } from "ethers";

const VERSION = 1;
const ROUTER = {
  base58: "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
  hex: "0xa614f803b6fd780986a42c78ec9c7f77e6ded13c",
};
/** 0x41 and 20 bytes of 0x11, 0x22 and 0x33. */
const PAYEES = {
  ones: { base58: "TBXSw8fM4jpQkGc6zZjsVABFpVN7UvXPdV", hex: `0x${"11".repeat(20)}` },
  twos: { base58: "TD5gsCwxykWsLN9aPrq2TAfNjByuZKYp4E", hex: `0x${"22".repeat(20)}` },
  threes: { base58: "TEdvoHEatmDKvTh3o9vBRB9Vdtbhn4QFhy", hex: `0x${"33".repeat(20)}` },
};
const CHAIN_ID = "3448148188";
const entity = (digits: string) => `0x${digits.padStart(40, "0")}`;
const coder = AbiCoder.defaultAbiCoder();

interface HandRow {
  readonly entityId: string;
  readonly credits: number;
  readonly share: number;
  readonly carry: number;
  readonly to: keyof typeof PAYEES;
}

interface HandCase {
  readonly name: string;
  readonly month: string;
  readonly budget: number;
  readonly minimum: number;
  readonly previous?: { readonly month: string; readonly hash: string };
  readonly returned: readonly Record<string, string>[];
  readonly rows: readonly HandRow[];
  readonly carried: readonly (Omit<HandRow, "to"> & {
    readonly reason: string;
    readonly to?: keyof typeof PAYEES;
  })[];
}

const CASES: readonly HandCase[] = [
  {
    // 10,000,000 / 3 = 3,333,333 each, 1 is left; the remainders are equal, so it goes to the lowest id.
    name: "three equal entities: the micro-USDT that is left goes to the lowest id",
    month: "2026-11",
    budget: 10_000_000,
    minimum: 1_000_000,
    returned: [],
    rows: [
      { entityId: entity("01"), credits: 5, share: 3_333_334, carry: 0, to: "ones" },
      { entityId: entity("02"), credits: 5, share: 3_333_333, carry: 0, to: "twos" },
      { entityId: entity("0a"), credits: 5, share: 3_333_333, carry: 0, to: "threes" },
    ],
    carried: [],
  },
  {
    // 103 are divided by 7 credits: 103 = 14 x 7 + 5, 206 = 29 x 7 + 3, 412 = 58 x 7 + 6. 101 are given and 2 left, for
    // the remainders 6 and 5: 15, 29 and 59. 15 + 4 is below the minimum of 20; the second has no address; the third is
    // paid 59; the fourth earned nothing, and its 50 from before are paid.
    name: "a returned share, one below the minimum, one without an address, one with only a carry",
    month: "2027-03",
    budget: 100,
    minimum: 20,
    previous: { month: "2027-02", hash: keccak256(toUtf8Bytes("the statement before")) },
    returned: [
      {
        payoutId: keccak256(toUtf8Bytes("a payout that was voided")),
        month: "2026-11",
        entityId: entity("0d"),
        amount: "3",
      },
    ],
    rows: [
      { entityId: entity("0a"), credits: 0, share: 0, carry: 50, to: "ones" },
      { entityId: entity("0c"), credits: 4, share: 59, carry: 0, to: "twos" },
    ],
    carried: [
      { entityId: entity("01"), credits: 1, share: 15, carry: 4, reason: "below-minimum", to: "threes" },
      { entityId: entity("02"), credits: 2, share: 29, carry: 0, reason: "no-address" },
    ],
  },
];

function vectorOf({
  name,
  month,
  budget,
  minimum,
  previous,
  returned,
  rows: byHand,
  carried: left,
}: HandCase) {
  const period = month.replace("-", "");
  const rows = byHand.map(({ entityId, credits, share, carry, to }) => ({
    payoutId: keccak256(coder.encode(["string", "uint64", "address"], ["lucid.payout", period, entityId])),
    entityId,
    to: PAYEES[to].base58,
    credits: `${credits}`,
    share: `${share}`,
    carry: `${carry}`,
    amount: `${share + carry}`,
    router: ROUTER.base58,
  }));
  const carried = left.map(({ entityId, credits, share, carry, reason }) => ({
    entityId,
    credits: `${credits}`,
    share: `${share}`,
    carry: `${carry}`,
    amount: `${share + carry}`,
    reason,
  }));
  const leaves = rows.map(({ payoutId, amount }, place) => {
    const to = PAYEES[(byHand[place] as HandRow).to].hex;
    const types = ["address", "bytes32", "bytes32", "address", "uint256"];
    return keccak256(keccak256(coder.encode(types, [ROUTER.hex, payoutId, ZeroHash, to, amount])));
  });
  const tree = SimpleMerkleTree.of(leaves, { sortLeaves: false });
  const total = rows.reduce((sum, { amount }) => sum + BigInt(amount), 0n).toString();
  const epochs = [0, 1].map((epoch) => ({ epoch, root: keccak256(toUtf8Bytes(`epoch ${epoch}`)) }));
  const statement = {
    ...{ version: 1, month, period, budget: `${budget}`, minimum: `${minimum}`, chainId: CHAIN_ID },
    ...{ epochs, addressSlot: 750_000, ...(previous && { previous }), returned, rows, carried },
    ...{ routers: [{ router: ROUTER.base58, total }], root: tree.root },
  };
  const text = canonicalize(statement) ?? "";
  return {
    name,
    // What each entity earned, what was carried over to it, and where it is paid.
    entities: [...byHand, ...left].map(({ entityId, credits, carry, to }) => ({
      ...{ entityId, credits: `${credits}`, carry: `${carry}` },
      ...(to && { to: PAYEES[to].base58 }),
    })),
    leaves,
    proofs: leaves.map((_, place) => tree.getProof(place)),
    hash: keccak256(toUtf8Bytes(text)),
    text,
  };
}

/** What a text must not have had done to it: the first occurrence of `from` is replaced. */
const REFUSED = [
  { name: "an amount that is more than share and carry", of: 1, from: '"amount":"59"', to: '"amount":"60"' },
  {
    name: "a share that belongs to somebody else",
    of: 0,
    from: '"share":"3333334"',
    to: '"share":"3333333"',
  },
  { name: "more credits", of: 1, from: '"credits":"4"', to: '"credits":"5"' },
  { name: "a larger carry", of: 1, from: '"carry":"50"', to: '"carry":"51"' },
  { name: "another payee", of: 0, from: PAYEES.ones.base58, to: PAYEES.twos.base58 },
  {
    name: "an address whose checksum is wrong",
    of: 0,
    from: PAYEES.ones.base58,
    to: "TBXSw8fM4jpQkGc6zZjsVABFpVN7UvXPdU",
  },
  { name: "another payoutId", of: 0, from: '"payoutId":"0x', to: '"payoutId":"0x0' },
  { name: "a larger budget", of: 0, from: '"budget":"10000000"', to: '"budget":"10000001"' },
  { name: "a share that returned twice as large", of: 1, from: '"amount":"3"', to: '"amount":"6"' },
  { name: "a lower minimum", of: 1, from: '"minimum":"20"', to: '"minimum":"19"' },
  { name: "another root", of: 0, from: '"root":"0x', to: '"root":"0x0' },
  { name: "another period", of: 0, from: '"period":"202611"', to: '"period":"202612"' },
  { name: "another total", of: 1, from: '"total":"109"', to: '"total":"108"' },
  { name: "a reason that is not the reason", of: 1, from: '"no-address"', to: '"below-minimum"' },
  { name: "an amount with a leading zero", of: 0, from: '"budget":"1', to: '"budget":"01' },
  { name: "a negative carry", of: 0, from: '"carry":"0"', to: '"carry":"-1"' },
  { name: "a space", of: 0, from: ",", to: ", " },
  { name: "an unknown field", of: 0, from: '"version":1', to: '"version":1,"x":1' },
  { name: "another version", of: 0, from: '"version":1', to: '"version":2' },
  { name: "a field left out", of: 0, from: ',"returned":[]', to: "" },
];

const statements = CASES.map(vectorOf);
for (const { name, of, from } of REFUSED) {
  if (!statements[of]?.text.includes(from)) throw new Error(`${name}: ${from} is not in the text`);
}
const file = join(import.meta.dirname, "../../test/vectors/statements.json");
writeFileSync(
  file,
  `${JSON.stringify({ version: VERSION, router: ROUTER.base58, statements, refused: REFUSED }, null, 2)}\n`,
);
