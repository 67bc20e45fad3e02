/**
 * Writes test/vectors/vrf.json. Run with `npx tsx scripts/vectors/generate-vrf-vectors.ts` after a deliberate change, and
 * raise the version; never to make a failing test pass.
 *
 * The examples are those of RFC 9381. The rest is made by devnet/plain-vrf.ts on @noble/curves, which shares no code with
 * what is tested.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { forgeProof, forgeProofWithKey, SMALL_ORDER_POINTS } from "../../devnet/forged-vrf-proof.ts";
import { intToString, provePlainly, q, verifyPlainly } from "../../devnet/plain-vrf.ts";

const VERSION = 1;
const FIELD_PRIME = 2n ** 255n - 19n;
const SIGN = 2n ** 255n;

/** RFC 9381, appendix B.3. */
const EXAMPLES = [
  {
    example: 16,
    SK: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    PK: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    alpha: "",
    x: "307c83864f2833cb427a2ef1c00a013cfdff2768d980c0a3a520f006904de94f",
    H: "91bbed02a99461df1ad4c6564a5f5d829d0b90cfc7903e7a5797bd658abf3318",
    k_string:
      "7100f3d9eadb6dc4743b029736ff283f5be494128df128df2817106f345b8594b6d6da2d6fb0b4c0257eb337675d96eab49cf39e66cc2c9547c2bf8b2a6afae4",
    k: "8a49edbd1492a8ee09766befe50a7d563051bf3406cbffc20a88def030730f0f",
    U: "aef27c725be964c6a9bf4c45ca8e35df258c1878b838f37d9975523f09034071",
    V: "5016572f71466c646c119443455d6cb9b952f07d060ec8286d678615d55f954f",
    pi: "8657106690b5526245a92b003bb079ccd1a92130477671f6fc01ad16f26f723f26f8a57ccaed74ee1b190bed1f479d9727d2d0f9b005a6e456a35d4fb0daab1268a1b0db10836d9826a528ca76567805",
    beta: "90cf1df3b703cce59e2a35b925d411164068269d7b2d29f3301c03dd757876ff66b71dda49d2de59d03450451af026798e8f81cd2e333de5cdf4f3e140fdd8ae",
  },
  {
    example: 17,
    SK: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    PK: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    alpha: "72",
    x: "68bd9ed75882d52815a97585caf4790a7f6c6b3b7f821c5e259a24b02e502e51",
    H: "5b659fc3d4e9263fd9a4ed1d022d75eaacc20df5e09f9ea937502396598dc551",
    k_string:
      "42589bbf0c485c3c91c1621bb4bfe04aed7be76ee48f9b00793b2342acb9c167cab856f9f9d4febc311330c20b0a8afd3743d05433e8be8d32522ecdc16cc5ce",
    k: "d8c3a66921444cb3427d5d989f9b315aa8ca3375e9ec4d52207711a1fdb44107",
    U: "1dcb0a4821a2c48bf53548228b7f170962988f6d12f5439f31987ef41f034ab3",
    V: "fd03c0bf498c752161bae4719105a074630a2aa5f200ff7b3995f7bfb1513423",
    pi: "f3141cd382dc42909d19ec5110469e4feae18300e94f304590abdced48aed5933bf0864a62558b3ed7f2fea45c92a465301b3bbf5e3e54ddf2d935be3b67926da3ef39226bbc355bdc9850112c8f4b02",
    beta: "eb4440665d3891d668e7e0fcaf587f1b4bd7fbfe99d0eb2211ccec90496310eb5e33821bc613efb94db5e5b54c70a848a0bef4553a41befc57663b56373a5031",
  },
  {
    example: 18,
    SK: "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    PK: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    alpha: "af82",
    x: "909a8b755ed902849023a55b15c23d11ba4d7f4ec5c2f51b1325a181991ea95c",
    H: "bf4339376f5542811de615e3313d2b36f6f53c0acfebb482159711201192576a",
    k_string:
      "38b868c335ccda94a088428cbf3ec8bc7955bfaffe1f3bd2aa2c59fc31a0febc59d0e1af3715773ce11b3bbdd7aba8e3505d4b9de6f7e4a96e67e0d6bb6d6c3a",
    k: "5ffdbc72135d936014e8ab708585fda379405542b07e3bd2c0bd48437fbac60a",
    U: "2bae73e15a64042fcebf062abe7e432b2eca6744f3e8265bc38e009cd577ecd5",
    V: "88cba1cb0d4f9b649d9a86026b69de076724a93a65c349c988954f0961c5d506",
    pi: "9bc0f79119cc5604bf02d23b4caede71393cedfbb191434dd016d30177ccbf8096bb474e53895c362d8628ee9f9ea3c0e52c7a5c691b6c18c9979866568add7a2d41b00b05081ed0f58ee5e31b3a970e",
    beta: "645427e5d00c62a23fb703732fa5d892940935942101e456ecca7bb217c61c452118fec1219202a0edcf038bb6373241578be7217ba85a2687f7a0310b2df19f",
  },
] as const;

interface Verification {
  readonly why: string;
  readonly publicKey: string;
  readonly alpha: string;
  readonly proof: string;
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const bytes = (text: string) => Buffer.from(text, "hex");

const [honest, other] = EXAMPLES;
const secretKey = bytes(honest.SK);
const alpha = bytes("6c75636964");
const { PK, pi } = provePlainly(secretKey, alpha);
const [gamma, c, s] = [pi.subarray(0, 32), pi.subarray(32, 48), pi.subarray(48)];
const responseNumber = BigInt(`0x${Buffer.from(s).reverse().toString("hex")}`);

/** The honest proof with parts replaced. */
function altered(why: string, parts: { PK?: Uint8Array; alpha?: Uint8Array; pi?: Uint8Array }): Verification {
  return {
    why,
    publicKey: hex(parts.PK ?? PK),
    alpha: hex(parts.alpha ?? alpha),
    proof: hex(parts.pi ?? pi),
  };
}

const proofOf = (...parts: Uint8Array[]) => Buffer.concat(parts);

function flipped(from: Uint8Array, bit: number): Uint8Array {
  return from.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
}

/** Encodings that a lenient decoder takes for points. */
const ENCODINGS = [
  { encoding: intToString(FIELD_PRIME, 32), name: "y = p, not reduced" },
  { encoding: intToString(FIELD_PRIME + 1n, 32), name: "y = p + 1, the identity not reduced" },
  { encoding: intToString(FIELD_PRIME + 3n, 32), name: "y = p + 3, a point's y not reduced" },
  { encoding: intToString(SIGN - 1n, 32), name: "y = 2^255 - 1, not reduced" },
  { encoding: intToString(SIGN + 1n, 32), name: "x = 0 with the sign bit set, y = 1" },
  { encoding: intToString(SIGN + FIELD_PRIME - 1n, 32), name: "x = 0 with the sign bit set, y = -1" },
  { encoding: intToString(2n, 32), name: "y = 2, not on the curve" },
];

const mustFail: Verification[] = [
  altered("the key of somebody else", { PK: bytes(other.PK) }),
  altered("another alpha", { alpha: bytes("6c75636965") }),
  altered("no alpha", { alpha: bytes("") }),
  altered("the lowest bit of Gamma flipped", { pi: flipped(pi, 0) }),
  altered("Gamma negated by its sign bit", { pi: flipped(pi, 255) }),
  altered("the lowest bit of c flipped", { pi: flipped(pi, 256) }),
  altered("the highest bit of c flipped", { pi: flipped(pi, 383) }),
  altered("the lowest bit of s flipped", { pi: flipped(pi, 384) }),
  altered("c is zero", { pi: proofOf(gamma, new Uint8Array(16), s) }),
  altered("s is zero", { pi: proofOf(gamma, c, new Uint8Array(32)) }),
  altered("all of the proof is zero", { pi: new Uint8Array(80) }),
  altered("all of the proof is ff", { pi: new Uint8Array(80).fill(0xff) }),
  altered("s + L: fulfils the equations, but is not below L", {
    pi: proofOf(gamma, c, intToString(responseNumber + q, 32)),
  }),
  altered("s is L", { pi: proofOf(gamma, c, intToString(q, 32)) }),
  altered("a proof of 79 bytes", { pi: pi.subarray(0, 79) }),
  altered("a proof of 81 bytes", { pi: proofOf(pi, Uint8Array.of(0)) }),
  altered("an empty proof", { pi: new Uint8Array() }),
  altered("a key of 31 bytes", { PK: PK.subarray(0, 31) }),
  altered("a key of 33 bytes", { PK: proofOf(PK, Uint8Array.of(0)) }),
  altered("an empty key", { PK: new Uint8Array() }),
  ...ENCODINGS.map(({ encoding, name }) => altered(`a key with ${name}`, { PK: encoding })),
  ...ENCODINGS.map(({ encoding, name }) => altered(`Gamma with ${name}`, { pi: proofOf(encoding, c, s) })),
  ...SMALL_ORDER_POINTS.map((point, index) =>
    altered(`Gamma is the point of small order number ${index}`, { pi: proofOf(point.toBytes(), c, s) }),
  ),
  ...SMALL_ORDER_POINTS.map((_, onKey) => {
    const forged = forgeProof(0n, alpha, { onKey, onGamma: (3 * onKey) % 8 });
    return altered(`a key of small order, number ${onKey}, whose proof fulfils the equations`, {
      PK: forged.publicKey,
      pi: forged.proof,
    });
  }),
];

const accepted = [
  { onKey: 0, onGamma: 1 },
  { onKey: 0, onGamma: 4 },
  { onKey: 1, onGamma: 0 },
  { onKey: 4, onGamma: 0 },
  { onKey: 2, onGamma: 6 },
  { onKey: 5, onGamma: 3 },
].map((torsion) => {
  const forged = forgeProofWithKey(secretKey, alpha, torsion);
  const output = verifyPlainly(forged.publicKey, alpha, forged.proof);
  if (output === null) throw new Error("the reference refuses a forged proof");
  const why = `points of small order added, number ${torsion.onKey} to the key and ${torsion.onGamma} to Gamma`;
  return { ...altered(why, { PK: forged.publicKey, pi: forged.proof }), output: hex(output) };
});

const description =
  "ECVRF-EDWARDS25519-SHA512-TAI (RFC 9381). examples: those of its appendix B.3, as printed there; k is k_string modulo the order. accepted: proofs of a dishonest prover that fulfil the equations, and their output. mustFail: what a verifier refuses, and why. All hex.";
writeFileSync(
  join(import.meta.dirname, "../../test/vectors/vrf.json"),
  `${JSON.stringify({ version: VERSION, description, examples: EXAMPLES, accepted, mustFail }, null, 1)}\n`,
);
