/** Task proofs that count, with the evidence for them: of a made-up session and chain; deterministic. */
import { createHash } from "node:crypto";
import { keccak256, type Signer, toUtf8Bytes, Wallet } from "ethers";
import { signProof } from "../offchain/consensus/proofs/sign-proof.ts";
import type {
  BeaconEvidence,
  CorpusEntry,
  NodeEvidence,
  ProofCase,
  RelayEvidence,
  StorageEvidence,
  ValidationEvidence,
} from "../offchain/consensus/rules/proofs/evidence.ts";
import { challengedChunk, segmentSeed } from "../offchain/consensus/rules/proofs/storage-challenge.ts";
import { slotStart } from "../offchain/consensus/slot-time.ts";
import type { PootDomain } from "../offchain/consensus/typed-data/domain.ts";
import type { ProofContent } from "../offchain/consensus/typed-data/proof-digest.ts";
import { signMessage } from "../offchain/consensus/typed-data/sign-message.ts";
import { type Chunk, chunkLeaf, chunkProof, chunkTree } from "../offchain/sessions/chunk-tree.ts";
import { challengedSegment } from "../offchain/sessions/segment-challenge.ts";
import { contentRoot, segmentProof } from "../offchain/sessions/segment-tree.ts";
import { sessionIdToBytes32 } from "../offchain/sessions/session-id.ts";

export const SAMPLE_DOMAIN: PootDomain = { chainId: 31_337, anchors: `0x${"a1".repeat(20)}` };
const SESSION_ID = "6a979d3a-a72f-4e4e-85e6-4bde08b16928";
const CHUNKS = 3;
/** A last segment that is shorter than the others. */
const CHUNK_BYTES = 5_000;
const MS = 1_000;

/** A key that is the same for the same name. */
export const sampleWallet = (name: string) => new Wallet(sampleHash(`key of ${name}`));
export const sampleHash = (text: string) => keccak256(toUtf8Bytes(text));
export const sampleSlotHash = (slot: number) => sampleHash(`hash of slot ${slot}`);
const sampleOwner = sampleWallet("owner");

/** Who proves, and when. */
export interface SamplePlace {
  readonly node: Wallet;
  readonly slot: number;
  readonly poolId?: string;
}

/** What a proof claims, and the evidence for it. */
export interface Sample<Evidence extends NodeEvidence, Content = ProofContent> {
  readonly content: Content;
  readonly evidence: Evidence;
}

type ContentOf<Type> = Extract<ProofContent, { type: Type }>;

function common({ node, slot, poolId }: SamplePlace) {
  const pool = poolId === undefined ? {} : { poolId };
  return {
    claim: { nodeId: node.address.toLowerCase(), slot, ...pool },
    standing: { registration: { vrfPublicKey: sampleHash(node.address), ...pool }, isAdmitted: true },
  };
}

/** A receipt by the session's owner; `signed` may differ from what is claimed. */
export async function relaySample(
  place: SamplePlace,
  bytes = 4_000,
  signed: { signer?: Signer; domain?: PootDomain; slot?: number; bytes?: number } = {},
): Promise<Sample<RelayEvidence, ContentOf<"relay_bandwidth">>> {
  const { claim, standing } = common(place);
  const { signer = sampleOwner, domain = SAMPLE_DOMAIN, ...changes } = signed;
  const message = {
    sessionId: sessionIdToBytes32(SESSION_ID),
    nodeId: claim.nodeId,
    slot: claim.slot,
    bytes,
  };
  const receipt = await signMessage(signer, domain, {
    name: "RelayReceipt",
    message: { ...message, ...changes },
  });
  const registered = {
    commitment: sampleHash("commitment"),
    owner: sampleOwner.address.toLowerCase(),
    registeredAt: slotStart(place.slot - 10) / MS,
    sizeBytes: CHUNKS * CHUNK_BYTES,
    isRecorded: true,
  };
  return {
    content: { ...claim, type: "relay_bandwidth", value: { sessionId: SESSION_ID, bytes, receipt } },
    evidence: { ...standing, contents: [registered] },
  };
}

const ciphertexts = Array.from({ length: CHUNKS }, (_, idx) =>
  Buffer.concat(
    Array.from({ length: Math.ceil(CHUNK_BYTES / 32) }, (_, at) =>
      createHash("sha256").update(`${idx}/${at}`).digest(),
    ),
  ).subarray(0, CHUNK_BYTES),
);
const chunks: readonly Chunk[] = ciphertexts.map((bytes, idx) => ({
  idx,
  sizeBytes: bytes.length,
  ciphertextSha256: `0x${createHash("sha256").update(bytes).digest("hex")}`,
  contentRoot: contentRoot(bytes),
}));
const tree = chunkTree(chunks);
/** The recorded chunks: one session's. */
export const sampleCorpus: readonly CorpusEntry[] = chunks.map((chunk, index) => ({
  index,
  commitment: sampleHash("commitment"),
  chunk,
  merkleRoot: tree.root,
}));

/** The answer to one of a node's challenges. */
export function storageSample(
  place: SamplePlace,
  challenge = 0,
): Sample<StorageEvidence, ContentOf<"storage_availability">> {
  const { claim, standing } = common(place);
  const slotHash = sampleSlotHash(place.slot);
  const index = challengedChunk(slotHash, claim.nodeId, challenge, CHUNKS);
  const entry = sampleCorpus[index] as CorpusEntry;
  const seed = segmentSeed(slotHash, place.slot, challenge);
  const leaf = chunkLeaf(entry.chunk);
  const segmentIndex = challengedSegment(seed, leaf, claim.nodeId, entry.chunk.sizeBytes);
  const { segment, path } = segmentProof(ciphertexts[index] as Buffer, segmentIndex);
  const value = {
    challenge,
    commitment: entry.commitment,
    chunk: entry.chunk,
    chunkProof: chunkProof(tree, index),
    segmentIndex,
    segment,
    segmentProof: path,
  };
  return {
    content: { ...claim, type: "storage_availability", value },
    evidence: { ...standing, slotHash, corpusSize: CHUNKS, entry },
  };
}

/** The node's signature over the slot's block. */
export async function validationSample(
  place: SamplePlace,
  signer: Signer = place.node,
): Promise<Sample<ValidationEvidence, ContentOf<"validation_signature">>> {
  const { claim, standing } = common(place);
  const { slot } = claim;
  const blockHash = sampleHash(`block of slot ${slot}`);
  const message = { slot, blockHash };
  const signature = await signMessage(signer, SAMPLE_DOMAIN, { name: "BlockValidation", message });
  return {
    content: { ...claim, type: "validation_signature", value: { slot, blockHash, signature } },
    evidence: { ...standing, blockHash },
  };
}

/** @param vrfProof over `sampleSlotHash(slot)` under `vrfPublicKey` */
export function beaconSample(
  place: SamplePlace,
  vrfProof: string,
  vrfPublicKey = sampleHash(place.node.address),
): Sample<BeaconEvidence, ContentOf<"uptime_beacon">> {
  const { claim, standing } = common(place);
  return {
    content: { ...claim, type: "uptime_beacon", value: { vrfProof } },
    evidence: {
      ...standing,
      registration: { ...standing.registration, vrfPublicKey },
      slotHash: sampleSlotHash(place.slot),
    },
  };
}

/** The sample signed by its node and stamped in its slot. */
export async function signSample(
  { content, evidence }: Sample<NodeEvidence>,
  node: Signer,
  domain: PootDomain = SAMPLE_DOMAIN,
): Promise<ProofCase> {
  const proof = { ...(await signProof(node, domain, content)), ts: slotStart(content.slot) + MS };
  return { proof, evidence } as ProofCase;
}
