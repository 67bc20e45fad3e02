import type {
  AttestationDocument,
  ChunkDocument,
  DeploymentParametersDocument,
  NewAnchorTransaction,
  NewDecision,
  NewNodeRecord,
  NewPayout,
  NewSession,
  NewSlotTallyHead,
  NewTaskProof,
  RecordedChunkDocument,
  SlotBlock,
  SlotTally,
  WorkTallyDocument,
} from "../offchain/store/documents.ts";

/** Valid documents, distinguished by a number. */
const hex = (value: number, length: number) => `0x${value.toString(16).padStart(length, "0")}`;
export const hashOf = (value: number) => hex(value, 64);
export const addressOf = (value: number) => hex(value, 40);
export const uuidOf = (value: number) => `00000000-0000-4000-8000-${value.toString(16).padStart(12, "0")}`;

const SIGNATURE = `0x${"5a".repeat(65)}`;

export function newSession(id: number, changes: Partial<NewSession> = {}): NewSession {
  return {
    _id: uuidOf(id),
    owner_addr: addressOf(id),
    owner_sig: SIGNATURE,
    started_at: 1_767_225_600,
    ended_at: 1_767_229_200,
    manifest_hash: hashOf(id),
    merkle_root: hashOf(id + 1),
    chunk_count: 2,
    size_bytes: 2 ** 40,
    status: "sealed",
    ...changes,
  };
}

export function newChunk(session: number, idx: number): Omit<ChunkDocument, "_id"> {
  return {
    session_id: uuidOf(session),
    idx,
    local_path: `chunks/${idx}.chunk`,
    ciphertext_sha256: hashOf(idx),
    content_root: hashOf(idx + 1),
    size_bytes: 8 * 2 ** 20,
    status: "none",
  };
}

interface ProofPlace {
  readonly id: number;
  readonly node: number;
  readonly slot: number;
  readonly pool?: number;
}

const proofBase = ({ id, node, slot, pool }: ProofPlace) => ({
  _id: hashOf(id),
  nodeId: addressOf(node),
  slot,
  sig: SIGNATURE,
  ...(pool !== undefined && { poolId: addressOf(pool) }),
});

export function relayProof(place: ProofPlace, session: number, bytes: number): NewTaskProof {
  const value = { sessionId: uuidOf(session), bytes, receipt: SIGNATURE };
  return { ...proofBase(place), type: "relay_bandwidth", value };
}

export function storageProof(place: ProofPlace, challenge: number): NewTaskProof {
  return {
    ...proofBase(place),
    type: "storage_availability",
    value: {
      challenge,
      commitment: hashOf(4),
      chunk: { idx: 0, sizeBytes: 1024, ciphertextSha256: hashOf(1), contentRoot: hashOf(2) },
      chunkProof: [hashOf(3)],
      segmentIndex: 0,
      segment: `0x${"ab".repeat(1024)}`,
      segmentProof: [],
    },
  };
}

export function validationProof(place: ProofPlace): NewTaskProof {
  const value = { slot: place.slot, blockHash: hashOf(9), signature: SIGNATURE };
  return { ...proofBase(place), type: "validation_signature", value };
}

export function beaconProof(place: ProofPlace): NewTaskProof {
  return { ...proofBase(place), type: "uptime_beacon", value: { vrfProof: `0x${"11".repeat(80)}` } };
}

export function newDecision(slot: number): NewDecision {
  return {
    _id: slot,
    slot,
    primary: addressOf(1),
    fallbacks: [addressOf(2), addressOf(3)],
    seed: hashOf(slot),
    transcript: `{"slot":${slot}}`,
    transcriptHash: hashOf(slot),
  };
}

export function newBlock(id: number): SlotBlock {
  return { hash: hashOf(id), body: "{}", signature: SIGNATURE, signer: addressOf(id) };
}

export function newPayout(id: number, amount: bigint): NewPayout {
  return {
    _id: hashOf(id),
    month: "2026-01",
    entity_id: addressOf(id),
    to_addr: "TG3XXyExBkPp9nzdajDZsozEu4BkaSJozs",
    usdt_amount: amount,
    router: "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
    reason: "work of the month",
    plan_proof: [hashOf(1)],
    status: "pending",
  };
}

export function newTransaction(id: number, nonce: number, refs: string[] = []): NewAnchorTransaction {
  return {
    _id: hashOf(id),
    chain_id: 31_337,
    from_addr: addressOf(7),
    nonce,
    to_addr: addressOf(8),
    purpose: "sessions",
    refs,
    raw_signed: "0x02f8",
    status: "signed",
  };
}

export function newNodeRecord(id: number, address: number, sequence: number): NewNodeRecord {
  return {
    _id: hashOf(id),
    address: addressOf(address),
    sequence,
    kind: "node",
    action: "register",
    vrfPublicKey: hashOf(id),
    tronAddress: "TG3XXyExBkPp9nzdajDZsozEu4BkaSJozs",
    sig: SIGNATURE,
  };
}

export function newWorkTally(epoch: number, entity: number, rank: number): Omit<WorkTallyDocument, "_id"> {
  return {
    epoch,
    entityId: addressOf(entity),
    credits: 100 - rank,
    liveScore: { beacons: 5, slots: 7 },
    rank,
  };
}

export function newTally(entity: number, counts: Partial<SlotTally> = {}): SlotTally {
  return {
    entityId: addressOf(entity),
    sessions: 0,
    bytes: 0,
    storageProofs: 0,
    validationSignatures: 0,
    beacons: 0,
    ...counts,
  };
}

/** @param root stands for the tallies: equal tallies have equal roots */
export function newTallyHead(root: number, closer: number): NewSlotTallyHead {
  return {
    proofCount: 19,
    proofsRoot: hashOf(1),
    talliesRoot: hashOf(root),
    closer: addressOf(closer),
    closerSig: SIGNATURE,
  };
}

/** @param at its block's number and its index in the block */
export function newRecordedChunk(
  position: number,
  at: Pick<RecordedChunkDocument, "blockNumber" | "logIndex">,
  session = 1,
): RecordedChunkDocument {
  return {
    _id: position,
    commitment: hashOf(session),
    idx: position,
    sizeBytes: 8 * 2 ** 20,
    ciphertextSha256: hashOf(position),
    contentRoot: hashOf(position + 1),
    blockHash: hashOf(at.blockNumber),
    ...at,
  };
}

export function newAttestation(
  epoch: number,
  attester: number,
  blockNumber: number,
): Omit<AttestationDocument, "_id"> {
  return {
    epoch,
    attester: addressOf(attester),
    root: hashOf(epoch),
    blockNumber,
    blockHash: hashOf(blockNumber),
    txid: hashOf(attester),
  };
}

export function newDeployment(
  anchors: number,
  confirmations: number,
): Omit<DeploymentParametersDocument, "_id"> {
  return { chainId: 31_337, genesisHash: hashOf(0), anchors: addressOf(anchors), confirmations };
}
