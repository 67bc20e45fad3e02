/**
 * Writes test/vectors/task-proofs.json. Run with `npx tsx scripts/vectors/generate-task-proof-vectors.ts` after a
 * deliberate change of the messages or rules, and raise the version; never to make a failing test pass.
 *
 * Deliberately independent of the code under test: messages, challenges and trees of docs/consensus-messages.md are written out
 * here a second time, with nothing but node:crypto and ethers' hashes, ABI encoder and wallet.
 */
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { AbiCoder, concat, keccak256, TypedDataEncoder, toUtf8Bytes, Wallet } from "ethers";

const VERSION = 1;
const GENESIS_SEC = 1_704_067_200;
const SLOT_SEC = 120;
const SLOT = 520_000;
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const NO_ADDRESS = `0x${"00".repeat(20)}`;

type Type = Record<string, { name: string; type: string }[]>;

const abi = AbiCoder.defaultAbiCoder();
const label = (text: string) => keccak256(toUtf8Bytes(text));
const wallet = (name: string) => new Wallet(label(`task proof vectors: ${name}`));
const address = (of: Wallet) => of.address.toLowerCase();
const sha256 = (...parts: Uint8Array[]) => createHash("sha256").update(Buffer.concat(parts)).digest();
const hex = (bytes: Uint8Array) => `0x${Buffer.from(bytes).toString("hex")}`;
const startMs = (slot: number) => (GENESIS_SEC + slot * SLOT_SEC) * 1_000;

const domain = {
  name: "Lucid PoOT",
  version: "1",
  chainId: 31_337,
  verifyingContract: `0x${"a1".repeat(20)}`,
};
const fields = (list: string) =>
  list.split(", ").map((field) => {
    const [type = "", name = ""] = field.split(" ");
    return { name, type };
  });
const NODE = "address nodeId, address poolId, uint64 slot";
const RECORD =
  "address account, uint64 sequence, string kind, string action, bytes vrfPublicKey, string tronAddress, address poolId";
const TYPES: Record<string, Type> = {
  RelayBandwidthProof: { RelayBandwidthProof: fields(`${NODE}, bytes32 sessionId, uint64 bytes`) },
  StorageAvailabilityProof: {
    StorageAvailabilityProof: fields(
      `${NODE}, uint8 challenge, bytes32 commitment, Chunk chunk, bytes32[] chunkProof, uint32 segmentIndex, bytes segment, bytes32[] segmentProof`,
    ),
    Chunk: fields("uint32 idx, uint32 sizeBytes, bytes32 ciphertextSha256, bytes32 contentRoot"),
  },
  ValidationSignatureProof: { ValidationSignatureProof: fields(`${NODE}, bytes32 blockHash`) },
  UptimeBeaconProof: { UptimeBeaconProof: fields(`${NODE}, bytes vrfProof`) },
  RelayReceipt: { RelayReceipt: fields("bytes32 sessionId, address nodeId, uint64 slot, uint64 bytes") },
  SlotBlock: { SlotBlock: fields("uint64 slot, bytes32 blockHash") },
  BlockValidation: { BlockValidation: fields("uint64 slot, bytes32 blockHash") },
  SlotTally: {
    SlotTally: fields(
      "uint64 slot, uint64 proofCount, bytes32 proofsRoot, bytes32 talliesRoot, uint64 entityCount",
    ),
  },
  NodeRecord: { NodeRecord: fields(RECORD) },
  PoolCountersignature: { PoolCountersignature: fields(RECORD) },
};

const typesOf = (name: string) => TYPES[name] as Type;
const sign = (by: Wallet, name: string, message: object, within = domain) =>
  by.signTypedData(within, typesOf(name), message as Record<string, unknown>);
const digestOf = (name: string, message: object) =>
  TypedDataEncoder.hash(domain, typesOf(name), message as Record<string, unknown>);

const [node, owner, pool, stranger] = ["node", "owner", "pool", "stranger"].map(wallet) as [
  Wallet,
  Wallet,
  Wallet,
  Wallet,
];
const SESSION_ID = "7dbd06d0-2371-4b32-8096-4dcc971212a1";
const sessionId = `0x${SESSION_ID.replaceAll("-", "")}${"00".repeat(16)}`;
const slotHash = label("slot hash");
const blockHash = label("block");
const vrfProof = `0x${"0f".repeat(80)}`;

// A session of two chunks, 1,500 bytes each: two segments, of which the second is shorter.
const contents = [0, 1].map((idx) =>
  Buffer.concat(
    Array.from({ length: 47 }, (_, block) => sha256(toUtf8Bytes(`chunk ${idx}, block ${block}`))),
  ).subarray(0, 1_500),
);
const segmentsOf = (content: Uint8Array) => [content.subarray(0, 1_024), content.subarray(1_024)] as const;
const leafOfSegment = (segment: Uint8Array) => sha256(Uint8Array.of(0), segment);
const chunks = contents.map((content, idx) => ({
  idx,
  sizeBytes: content.length,
  ciphertextSha256: hex(sha256(content)),
  contentRoot: hex(sha256(Uint8Array.of(1), ...segmentsOf(content).map(leafOfSegment))),
}));
type Chunk = (typeof chunks)[number];
const chunkLeaf = ({ idx, sizeBytes, ciphertextSha256, contentRoot }: Chunk) =>
  keccak256(
    keccak256(
      abi.encode(["uint32", "uint32", "bytes32", "bytes32"], [idx, sizeBytes, ciphertextSha256, contentRoot]),
    ),
  );
const leaves = chunks.map(chunkLeaf) as [string, string];
const merkleRoot = keccak256(concat([...leaves].sort()));
const commitment = label("commitment");

function drawOf(nodeId: string, slot: number, challenge: number, corpusSize: number) {
  const words = abi.encode(["bytes32", "address", "uint256"], [slotHash, nodeId, challenge]);
  const segmentSeed = keccak256(abi.encode(["bytes32", "uint256", "uint256"], [slotHash, slot, challenge]));
  const index = Number(BigInt(keccak256(words)) % BigInt(corpusSize));
  return { slotHash, nodeId, slot, challenge, corpusSize, index, segmentSeed };
}

function storageAnswer(challenge: number) {
  const { index, segmentSeed } = drawOf(address(node), SLOT, challenge, chunks.length);
  const [chunk, leaf] = [chunks[index] as Chunk, leaves[index] as string];
  const draw = keccak256(abi.encode(["bytes32", "bytes32", "address"], [segmentSeed, leaf, node.address]));
  const segmentIndex = Number(BigInt(draw) % 2n);
  const segments = segmentsOf(contents[index] as Buffer);
  const value = {
    challenge,
    commitment,
    chunk,
    chunkProof: [leaves[1 - index] as string],
    segmentIndex,
    segment: hex(segments[segmentIndex] as Uint8Array),
    segmentProof: [hex(leafOfSegment(segments[1 - segmentIndex] as Uint8Array))],
  };
  return { value, entry: { index, commitment, chunk, merkleRoot } };
}

const registration = { vrfPublicKey: label("VRF key") };
const inPool = { vrfPublicKey: label("VRF key"), poolId: address(pool) };
const common = { nodeId: address(node), slot: SLOT };
const standing = { registration, isAdmitted: true };
const content = {
  commitment,
  owner: address(owner),
  registeredAt: GENESIS_SEC + (SLOT - 5) * SLOT_SEC,
  sizeBytes: 3_000,
  isRecorded: true,
};
const MESSAGE_NAMES: Record<string, string> = {
  relay_bandwidth: "RelayBandwidthProof",
  storage_availability: "StorageAvailabilityProof",
  validation_signature: "ValidationSignatureProof",
  uptime_beacon: "UptimeBeaconProof",
};

interface Claim {
  readonly nodeId: string;
  readonly poolId?: string;
  readonly slot: number;
  readonly type: string;
  readonly value: Record<string, unknown>;
}

function messageOf({ nodeId, poolId = NO_ADDRESS, slot, type, value }: Claim): Record<string, unknown> {
  const { receipt: _receipt, signature: _signature, ...claimed } = value;
  const ofRelay = type === "relay_bandwidth" ? { sessionId } : {};
  return { ...claimed, ...ofRelay, nodeId, poolId, slot };
}

async function proofOf(claim: Claim, by = node, within = domain) {
  const name = MESSAGE_NAMES[claim.type] as string;
  const message = messageOf(claim);
  const sig = await sign(by, name, message, within);
  return { _id: digestOf(name, message), ...claim, sig, ts: startMs(SLOT) + 1_000 };
}

async function relayClaim(bytes: number, by = owner, changes: object = {}): Promise<Claim> {
  const receipt = await sign(by, "RelayReceipt", {
    sessionId,
    nodeId: address(node),
    slot: SLOT,
    bytes,
    ...changes,
  });
  return { ...common, type: "relay_bandwidth", value: { sessionId: SESSION_ID, bytes, receipt } };
}

const validationClaim: Claim = {
  ...common,
  type: "validation_signature",
  value: {
    slot: SLOT,
    blockHash,
    signature: await sign(node, "BlockValidation", { slot: SLOT, blockHash }),
  },
};
const storageClaim = (value: object): Claim => ({
  ...common,
  type: "storage_availability",
  value: value as Record<string, unknown>,
});

/** (r, n - s) with the other v: what anybody can make of a signature. */
function twin(signature: string): string {
  const s = ORDER - BigInt(`0x${signature.slice(66, 130)}`);
  return `${signature.slice(0, 66)}${s.toString(16).padStart(64, "0")}${signature.endsWith("1b") ? "1c" : "1b"}`;
}

const relay = await proofOf(await relayClaim(2_000));
const relayEvidence = { ...standing, contents: [content] };
const validation = await proofOf(validationClaim);
const validationEvidence = { ...standing, blockHash };
const answers = [0, 1, 2, 3].map(storageAnswer);
const storageEvidence = (challenge: number) => ({
  ...standing,
  slotHash,
  corpusSize: chunks.length,
  entry: answers[challenge]?.entry,
});
const firstAnswer = (answers[0] as (typeof answers)[number]).value;
const storage = await proofOf(storageClaim(firstAnswer));

const record = {
  account: address(node),
  sequence: 3,
  kind: "node",
  action: "change",
  vrfPublicKey: label("VRF key"),
  tronAddress: "TG3XXyExBkPp9nzdajDZsozEu4BkaSJozs",
  poolId: address(pool),
};
const leave = { ...record, action: "leave", vrfPublicKey: "0x", tronAddress: "", poolId: NO_ADDRESS };
const MESSAGES: [string, Wallet, Record<string, unknown>][] = [
  ["RelayBandwidthProof", node, messageOf(await relayClaim(2_000))],
  ["RelayBandwidthProof", node, { ...messageOf(await relayClaim(2_000)), poolId: address(pool) }],
  ["StorageAvailabilityProof", node, messageOf(storageClaim(firstAnswer))],
  ["ValidationSignatureProof", node, messageOf(validationClaim)],
  ["UptimeBeaconProof", node, { nodeId: address(node), poolId: NO_ADDRESS, slot: SLOT, vrfProof }],
  ["RelayReceipt", owner, { sessionId, nodeId: address(node), slot: SLOT, bytes: Number.MAX_SAFE_INTEGER }],
  ["SlotBlock", node, { slot: SLOT, blockHash }],
  ["BlockValidation", node, { slot: SLOT, blockHash }],
  [
    "SlotTally",
    node,
    {
      slot: SLOT,
      proofCount: 12,
      proofsRoot: label("proofs"),
      talliesRoot: label("tallies"),
      entityCount: 5,
    },
  ],
  ["NodeRecord", node, record],
  ["NodeRecord", node, leave],
  ["PoolCountersignature", pool, record],
];

const altered = (proof: object, changes: object) => ({ ...proof, ...changes });
const vectors = {
  version: VERSION,
  description:
    "Golden vectors of PoOT's messages and task proofs, see docs/consensus-messages.md. messages: digest and signature of each EIP-712 message in the domain. challenges: which chunk of the corpus a challenge asks for, and the seed that draws the segment. proofs: documents that count with that evidence. mustFail.signatures: why a signature over a digest is not the signer's (SIGNER_DIFFERS: another address is recovered). mustFail.proofs: documents, and the reason for which they are refused. A beacon's VRF proof has vectors of its own.",
  domain,
  messages: await Promise.all(
    MESSAGES.map(async ([name, signer, message]) => ({
      name,
      message,
      digest: digestOf(name, message),
      signer: address(signer),
      signature: await sign(signer, name, message),
    })),
  ),
  challenges: [1, 2, 7, 1_000_003].flatMap((corpusSize) =>
    [0, 3].map((challenge) => drawOf(address(node), SLOT, challenge, corpusSize)),
  ),
  proofs: [
    { why: "a relay", proof: relay, evidence: relayEvidence },
    {
      why: "a relay for a pool",
      proof: await proofOf({ ...(await relayClaim(3_000)), poolId: address(pool) }),
      evidence: { ...relayEvidence, registration: inPool },
    },
    ...(await Promise.all(
      answers.map(async ({ value }, challenge) => ({
        why: `the answer to challenge ${challenge}`,
        proof: await proofOf(storageClaim(value)),
        evidence: storageEvidence(challenge),
      })),
    )),
    { why: "a validation", proof: validation, evidence: validationEvidence },
  ],
  mustFail: {
    signatures: [
      { why: "a high s", signature: twin(relay.sig), reason: "SIGNATURE_MALLEABLE" },
      {
        why: "the other v",
        signature: relay.sig.replace(/.$/, (v) => (v === "b" ? "c" : "b")),
        reason: "SIGNER_DIFFERS",
      },
      {
        why: "v as 0 or 1",
        signature: relay.sig.replace(/1(.)$/, (_, v) => (v === "b" ? "00" : "01")),
        reason: "SIGNATURE_MALFORMED",
      },
      { why: "64 bytes (EIP-2098)", signature: relay.sig.slice(0, -2), reason: "SIGNATURE_MALFORMED" },
      {
        why: "upper-case digits",
        signature: `0x${relay.sig.slice(2).toUpperCase()}`,
        reason: "SIGNATURE_MALFORMED",
      },
      {
        why: "r of zero",
        signature: `0x${"00".repeat(32)}${relay.sig.slice(66)}`,
        reason: "SIGNATURE_MALFORMED",
      },
      {
        why: "s of zero",
        signature: `${relay.sig.slice(0, 66)}${"00".repeat(32)}1b`,
        reason: "SIGNATURE_MALFORMED",
      },
      {
        why: "r that is the order",
        signature: `0x${ORDER.toString(16)}${relay.sig.slice(66)}`,
        reason: "SIGNATURE_MALFORMED",
      },
      {
        why: "another key",
        signature: (await proofOf(await relayClaim(2_000), stranger)).sig,
        reason: "SIGNER_DIFFERS",
      },
      {
        why: "another chain",
        signature: (await proofOf(await relayClaim(2_000), node, { ...domain, chainId: 1 })).sig,
        reason: "SIGNER_DIFFERS",
      },
    ].map((vector) => ({ ...vector, digest: relay._id, signer: address(node) })),
    proofs: [
      {
        refusal: "PROOF_TOO_EARLY",
        proof: altered(relay, { ts: startMs(SLOT) - 1 }),
        evidence: relayEvidence,
      },
      {
        refusal: "PROOF_TOO_LATE",
        proof: altered(relay, { ts: startMs(SLOT + 2) - 4_999 }),
        evidence: relayEvidence,
      },
      {
        refusal: "PROOF_VALUE_OUT_OF_RANGE",
        proof: altered(storage, { value: { ...firstAnswer, segmentIndex: 2 ** 32 } }),
        evidence: storageEvidence(0),
      },
      { refusal: "NODE_NOT_REGISTERED", proof: relay, evidence: { isAdmitted: true, contents: [content] } },
      { refusal: "NODE_NOT_ADMITTED", proof: relay, evidence: { ...relayEvidence, isAdmitted: false } },
      { refusal: "PROOF_POOL_MISMATCH", proof: relay, evidence: { ...relayEvidence, registration: inPool } },
      {
        refusal: "PROOF_ID_MISMATCH",
        proof: altered(relay, { _id: label("another") }),
        evidence: relayEvidence,
      },
      { refusal: "SIGNATURE_MALFORMED", proof: altered(relay, { sig: "0x" }), evidence: relayEvidence },
      {
        refusal: "SIGNATURE_MALLEABLE",
        proof: altered(relay, { sig: twin(relay.sig) }),
        evidence: relayEvidence,
      },
      {
        refusal: "SIGNER_NOT_NODE",
        proof: await proofOf(await relayClaim(2_000), stranger),
        evidence: relayEvidence,
      },
      {
        refusal: "SIGNER_NOT_NODE",
        proof: altered(relay, {
          sig: (await proofOf(await relayClaim(2_000), node, { ...domain, chainId: 1 })).sig,
        }),
        evidence: relayEvidence,
      },
      { refusal: "SESSION_NOT_REGISTERED", proof: relay, evidence: { ...relayEvidence, contents: [] } },
      {
        refusal: "RELAY_BYTES_OUT_OF_RANGE",
        proof: await proofOf(await relayClaim(3_001)),
        evidence: relayEvidence,
      },
      {
        refusal: "RELAY_BYTES_OUT_OF_RANGE",
        proof: await proofOf(await relayClaim(0)),
        evidence: relayEvidence,
      },
      {
        refusal: "SIGNER_NOT_OWNER",
        proof: await proofOf(await relayClaim(2_000, node)),
        evidence: relayEvidence,
      },
      {
        refusal: "SIGNER_NOT_OWNER",
        proof: await proofOf(await relayClaim(2_000, owner, { slot: SLOT - 1 })),
        evidence: relayEvidence,
      },
      {
        refusal: "SESSION_TOO_OLD",
        proof: relay,
        evidence: {
          ...relayEvidence,
          contents: [{ ...content, registeredAt: GENESIS_SEC + (SLOT - 5_040) * SLOT_SEC - 1 }],
        },
      },
      {
        refusal: "CHUNKS_NOT_RECORDED",
        proof: relay,
        evidence: { ...relayEvidence, contents: [{ ...content, isRecorded: false }] },
      },
      {
        refusal: "CHALLENGE_UNKNOWN",
        proof: await proofOf(storageClaim({ ...firstAnswer, challenge: 4 })),
        evidence: storageEvidence(0),
      },
      { refusal: "CORPUS_EMPTY", proof: storage, evidence: { ...standing, slotHash, corpusSize: 0 } },
      {
        refusal: "CHALLENGE_WRONG_CHUNK",
        proof: await proofOf(storageClaim({ ...firstAnswer, chunk: chunks[1 - firstAnswer.chunk.idx] })),
        evidence: storageEvidence(0),
      },
      {
        refusal: "CHUNK_EMPTY",
        proof: await proofOf(storageClaim({ ...firstAnswer, chunk: { ...firstAnswer.chunk, sizeBytes: 0 } })),
        evidence: {
          ...storageEvidence(0),
          entry: { ...answers[0]?.entry, chunk: { ...firstAnswer.chunk, sizeBytes: 0 } },
        },
      },
      {
        refusal: "CHUNK_PROOF_INVALID",
        proof: await proofOf(storageClaim({ ...firstAnswer, chunkProof: [] })),
        evidence: storageEvidence(0),
      },
      {
        refusal: "CHALLENGE_WRONG_SEGMENT",
        proof: await proofOf(storageClaim({ ...firstAnswer, segmentIndex: 1 - firstAnswer.segmentIndex })),
        evidence: storageEvidence(0),
      },
      {
        refusal: "SEGMENT_PROOF_INVALID",
        proof: await proofOf(storageClaim({ ...firstAnswer, segmentProof: [label("another")] })),
        evidence: storageEvidence(0),
      },
      {
        refusal: "PROOF_SLOT_MISMATCH",
        proof: await proofOf({ ...validationClaim, value: { ...validationClaim.value, slot: SLOT - 1 } }),
        evidence: validationEvidence,
      },
      { refusal: "BLOCK_ABSENT", proof: validation, evidence: standing },
      {
        refusal: "BLOCK_HASH_MISMATCH",
        proof: validation,
        evidence: { ...standing, blockHash: label("another block") },
      },
      {
        refusal: "VRF_PROOF_INVALID",
        proof: await proofOf({ ...common, type: "uptime_beacon", value: { vrfProof: "0x0f" } }),
        evidence: { ...standing, slotHash },
      },
    ],
  },
};
writeFileSync(
  join(import.meta.dirname, "../../test/vectors/task-proofs.json"),
  `${JSON.stringify(vectors, null, 1)}\n`,
);
