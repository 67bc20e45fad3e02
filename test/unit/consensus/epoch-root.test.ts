import { SimpleMerkleTree } from "@openzeppelin/merkle-tree";
import { expect } from "chai";
import { AbiCoder, concat, id, keccak256, toUtf8Bytes, ZeroHash } from "ethers";
import { addressOf, hashOf, newTally } from "../../../devnet/store-documents.ts";
import { CreditWindow } from "../../../offchain/consensus/credit-window.ts";
import {
  type EpochHead,
  epochHeadProof,
  epochRowProof,
  epochTree,
  verifyEpochHead,
  verifyEpochRow,
} from "../../../offchain/consensus/rules/epoch-root.ts";
import { registrationsHash } from "../../../offchain/consensus/rules/registrations-hash.ts";
import { talliesHash } from "../../../offchain/consensus/rules/transcript.ts";
import { type WorkTallyRow, workTally } from "../../../offchain/consensus/rules/work-tally.ts";
import { slotsOfEpoch } from "../../../offchain/consensus/slot-time.ts";

const abi = AbiCoder.defaultAbiCoder();
const EPOCH = 900;
const { first, last } = slotsOfEpoch(EPOCH);
const head: EpochHead = {
  epoch: EPOCH,
  firstSlot: first,
  lastSlot: last,
  lastBlockHash: id("block"),
  talliesHash: id("tallies"),
  registrationsHash: id("registrations"),
};
const rowsOf = (count: number): WorkTallyRow[] =>
  Array.from({ length: count }, (_, at) => ({
    epoch: EPOCH,
    entityId: id(`entity ${at}`).slice(0, 42),
    credits: 1_000 - at,
    liveScore: { beacons: 4_000 - at, slots: 5_040 },
    rank: at + 1,
  }));

/** Leaves by the general ABI coder, hashed twice. */
function leavesAgain(rows: readonly WorkTallyRow[]): string[] {
  const headWords = abi.encode(
    ["uint64", "uint64", "uint64", "bytes32", "bytes32", "bytes32"],
    [EPOCH, first, last, head.lastBlockHash, head.talliesHash, head.registrationsHash],
  );
  const rowWords = rows.map(({ entityId, credits, liveScore: { beacons, slots }, rank }) =>
    abi.encode(
      ["address", "uint256", "uint256", "uint256", "uint256"],
      [entityId, credits, beacons, slots, rank],
    ),
  );
  return [headWords, ...rowWords].map((words) => keccak256(keccak256(words)));
}

describe("the root of an epoch", () => {
  it("is that of OpenZeppelin's tree, head first, then the rows by rank", () => {
    for (const count of [0, 1, 2, 3, 10, 33]) {
      const rows = rowsOf(count);
      const expected = SimpleMerkleTree.of(leavesAgain(rows), { sortLeaves: false });
      const tree = epochTree(head, rows);
      expect(tree.root).to.equal(expected.root);
      expect(epochHeadProof(tree)).to.deep.equal(expected.getProof(0));
      for (const row of rows) expect(epochRowProof(tree, row)).to.deep.equal(expected.getProof(row.rank));
    }
  });

  it("proves every row, and the head", () => {
    const rows = rowsOf(7);
    const tree = epochTree(head, rows);
    for (const row of rows) expect(verifyEpochRow(tree.root, row, epochRowProof(tree, row))).to.equal(true);
    expect(verifyEpochHead(tree.root, head, epochHeadProof(tree))).to.equal(true);
  });

  it("proves no row with another content, place, path or root", () => {
    const rows = rowsOf(7);
    const tree = epochTree(head, rows);
    const [row, other] = rows as [WorkTallyRow, WorkTallyRow];
    const proof = epochRowProof(tree, row);
    const forged = [
      { ...row, credits: row.credits + 1 },
      { ...row, entityId: other.entityId },
      { ...row, rank: 2 },
      { ...row, liveScore: { ...row.liveScore, beacons: 5_040 } },
      { ...row, liveScore: { ...row.liveScore, slots: 1 } },
      other,
    ];
    for (const one of forged) expect(verifyEpochRow(tree.root, one, proof)).to.equal(false);
    expect(verifyEpochRow(tree.root, row, proof.slice(1))).to.equal(false);
    expect(verifyEpochRow(tree.root, row, [...proof, hashOf(1)])).to.equal(false);
    expect(verifyEpochRow(hashOf(1), row, proof)).to.equal(false);
    const later = { ...head, epoch: EPOCH + 1 };
    expect(verifyEpochHead(tree.root, later, epochHeadProof(tree))).to.equal(false);
  });

  it("binds the tallies and the registrations by hashes that can be computed by hand", () => {
    expect(talliesHash([hashOf(1), hashOf(2)])).to.equal(keccak256(concat([hashOf(1), hashOf(2)])));
    const [node, left] = [addressOf(1), addressOf(2)];
    const registrations = {
      inForce: new Map([
        [node, { address: node, kind: "node" as const, sequence: 3, vrfPublicKey: hashOf(4) }],
      ]),
      payouts: new Map([
        [left, { inUse: "TL" }],
        [node, { waiting: { tronAddress: "TN", fromSlot: 7 } }],
      ]),
    };
    const texts = [
      `{"address":"${node}","payout":{"waiting":{"fromSlot":7,"tronAddress":"TN"}},"registration":{"address":"${node}","kind":"node","sequence":3,"vrfPublicKey":"${hashOf(4)}"}}`,
      `{"address":"${left}","payout":{"inUse":"TL"}}`,
    ];
    const expected = texts.reduce(
      (hash, text) => keccak256(concat([hash, keccak256(toUtf8Bytes(text))])),
      ZeroHash,
    );
    expect(registrationsHash(registrations)).to.equal(expected);
  });
});

describe("the tally of an epoch", () => {
  it("has the epoch's credits, and liveScore and rank of the window", () => {
    const window = new CreditWindow(first - 1);
    const sessions = (entity: number, count: number) => newTally(entity, { sessions: count, beacons: 1 });
    window.advance({ slot: first - 1, tallies: [sessions(1, 50), sessions(3, 1)] });
    window.advance({ slot: first, tallies: [sessions(1, 1), sessions(2, 40), newTally(4, { beacons: 1 })] });
    for (let slot = first + 1; slot <= last; slot += 1) window.advance({ slot, tallies: [] });
    window.setAdmitted(addressOf(5), true);
    const slots = 721;
    const rows = workTally({ epoch: EPOCH, seed: hashOf(1), standings: window, outputs: new Map() });
    expect(rows).to.deep.equal(
      [
        { entityId: addressOf(1), credits: 1, liveScore: { beacons: 2, slots } },
        { entityId: addressOf(2), credits: 40, liveScore: { beacons: 1, slots } },
        { entityId: addressOf(3), credits: 0, liveScore: { beacons: 1, slots } },
        { entityId: addressOf(4), credits: 0, liveScore: { beacons: 1, slots } },
      ].map((row, at) => ({ epoch: EPOCH, ...row, rank: at + 1 })),
    );
  });

  it("ranks equals by their outputs, those without one after them", () => {
    const window = new CreditWindow(first);
    window.advance({ slot: first, tallies: [1, 2, 3].map((entity) => newTally(entity, { sessions: 1 })) });
    const outputs = new Map([
      [addressOf(2), hashOf(9)],
      [addressOf(3), hashOf(8)],
    ]);
    const rows = workTally({ epoch: EPOCH, seed: hashOf(1), standings: window, outputs });
    expect(rows.map(({ entityId }) => entityId)).to.deep.equal([3, 2, 1].map(addressOf));
  });
});
