/**
 * What a proof is held to: plain values that whoever verifies has looked up, each as of the headBlock of the proof's
 * slot where it comes from the chain. Addresses and hashes are lower-case hex.
 */
import type { Chunk } from "../../../sessions/chunk-tree.ts";
import type { TaskProofDocument, TaskProofType } from "../../../store/documents.ts";

/** A node's registration (of kind node, not of a pool) that is in force in the proof's slot. */
export interface RegistrationInForce {
  /** 32 bytes. */
  readonly vrfPublicKey: string;
  /** The pool whose member the node is. */
  readonly poolId?: string;
}

/** What every proof needs. */
export interface NodeEvidence {
  readonly registration: RegistrationInForce | undefined;
  /** Whether the node's address holds REGISTRAR_ROLE of LucidAnchors. */
  readonly isAdmitted: boolean;
}

/** A content that an event of LucidAnchors registered by itself: a session that is only in a tree is none. */
export interface RegisteredContent {
  readonly commitment: string;
  readonly owner: string;
  /** Unix seconds of the event's block. */
  readonly registeredAt: number;
  /** Of all its chunks together. */
  readonly sizeBytes: number;
  /** Whether LucidChunkStore has every chunk of it. */
  readonly isRecorded: boolean;
}

export interface RelayEvidence extends NodeEvidence {
  /**
   * All contents registered under the proof's session id, in the order of the chain. Several are possible, since
   * whoever registers may use anybody's id: the receipt's signer tells which one is meant.
   */
  readonly contents: readonly RegisteredContent[];
}

/** A chunk of the corpus: one ChunkStored event. */
export interface CorpusEntry {
  /** Its place in the corpus, from 0. */
  readonly index: number;
  /** Of the session. */
  readonly commitment: string;
  readonly chunk: Chunk;
  /** Of the session. */
  readonly merkleRoot: string;
}

export interface StorageEvidence extends NodeEvidence {
  readonly slotHash: string;
  readonly corpusSize: number;
  /** The chunk that the challenge asks for (`challengedChunk`); undefined only where there is none. */
  readonly entry: CorpusEntry | undefined;
}

export interface ValidationEvidence extends NodeEvidence {
  /** Hash of the slot's block; undefined where the slot has none. */
  readonly blockHash: string | undefined;
}

export interface BeaconEvidence extends NodeEvidence {
  readonly slotHash: string;
}

interface EvidenceByType {
  readonly relay_bandwidth: RelayEvidence;
  readonly storage_availability: StorageEvidence;
  readonly validation_signature: ValidationEvidence;
  readonly uptime_beacon: BeaconEvidence;
}

/** A proof of one type. */
export type ProofOf<Type extends TaskProofType> = Extract<TaskProofDocument, { type: Type }>;

/** A proof of one type with the evidence that it needs. */
export interface CaseOf<Type extends TaskProofType> {
  readonly proof: ProofOf<Type>;
  readonly evidence: EvidenceByType[Type];
}

export type ProofCase = { [Type in TaskProofType]: CaseOf<Type> }[TaskProofType];

export function isCaseOf<Type extends TaskProofType>(
  given: ProofCase,
  type: Type,
): given is ProofCase & CaseOf<Type> {
  return given.proof.type === type;
}
