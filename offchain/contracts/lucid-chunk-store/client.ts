import type { BytesLike, TransactionReceipt, Wallet } from "ethers";
import { type LucidChunkStore, LucidChunkStore__factory } from "../../../typechain-types/index.ts";
import type { CallLimit } from "../../evm/gas/call-bounds.ts";
import type { EvmClient } from "../../evm/transactions/evm-client.ts";
import type { Chunk } from "../../sessions/chunk-tree.ts";
import type { MerkleMultiproof } from "../../sessions/merkle-tree.ts";
import type { SegmentProof } from "../../sessions/segment-tree.ts";
import { type Session, sessionCommitment } from "../../sessions/session.ts";
import { ContractClient } from "../contract-client.ts";
import { type BlockRange, type EventPosition, positionOf } from "../contract-reader.ts";
import type { ContractLocation } from "../deployment.ts";
import { lucidChunkStore } from "./descriptor.ts";
import { type Challenge, openChallenge } from "./open-challenge.ts";

/** By their numbers on the chain. */
export const CHUNK_STATUSES = ["None", "Stored", "Replicated", "Missing", "Deleted"] as const;
export type ChunkStatus = (typeof CHUNK_STATUSES)[number];

/** Beyond this many consecutive chunks in a multiproof, the gas per chunk hardly falls. */
export const CHUNKS_PER_MULTIPROOF = 64;

/** The event of a chunk that was recorded. */
export interface StoredChunk extends EventPosition {
  /** Of the chunk's session. */
  readonly commitment: string;
  readonly chunk: Chunk;
}

/** Chunks with one multiproof for all of them. */
export interface ProvenChunks extends Pick<MerkleMultiproof, "proof" | "proofFlags"> {
  readonly chunks: readonly Chunk[];
}

/** A segment with its path to the chunk, and the chunk's path to the session. */
export interface StorageProof {
  readonly session: Session;
  readonly chunk: Chunk;
  readonly chunkProof: readonly string[];
  readonly segmentIndex: number;
  readonly segment: SegmentProof;
}

/**
 * LucidChunkStore, typed. Storing and updating need a signer with UPLOADER_ROLE, proving one with REGISTRAR_ROLE
 * of LucidAnchors, reading none.
 *
 * Every method throws ContractError with the custom error's name and values when the contract refuses, and
 * EvmError when the chain cannot be reached.
 */
export class LucidChunkStoreClient extends ContractClient<LucidChunkStore, typeof lucidChunkStore> {
  constructor(location: ContractLocation, { evm }: { evm: EvmClient }) {
    super(lucidChunkStore, LucidChunkStore__factory.connect(location.address, evm.provider), location, evm);
  }

  /**
   * Records chunks of a session that has its own slot; in ascending idx, with one multiproof for all.
   *
   * @param limit Where its gas limit would be above this, it is not sent (CALL_TOO_LARGE).
   */
  storeChunkMetadata(
    signer: Wallet,
    session: Session,
    chunks: ProvenChunks,
    limit?: CallLimit,
  ): Promise<TransactionReceipt> {
    return this.calls.send(
      signer,
      "storeChunkMetadata",
      [session.sessionId],
      metadataArguments(session, chunks),
      limit,
    );
  }

  /** The gas limit of storeChunkMetadata. */
  gasLimitOfChunks(from: string, session: Session, chunks: ProvenChunks): Promise<bigint> {
    return this.calls.gasLimitOf(from, "storeChunkMetadata", metadataArguments(session, chunks));
  }

  /**
   * Moves recorded chunks to another status; the idx strictly ascending.
   *
   * @param limit Where its gas limit would be above this, it is not sent (CALL_TOO_LARGE).
   */
  updateChunkStatus(
    signer: Wallet,
    session: Session,
    idx: readonly number[],
    status: ChunkStatus,
    limit?: CallLimit,
  ): Promise<TransactionReceipt> {
    const args = updateArguments(session, idx, status);
    return this.calls.send(signer, "updateChunkStatus", [session.sessionId], args, limit);
  }

  /** The gas limit of updateChunkStatus. */
  gasLimitOfUpdate(
    from: string,
    session: Session,
    idx: readonly number[],
    status: ChunkStatus,
  ): Promise<bigint> {
    return this.calls.gasLimitOf(from, "updateChunkStatus", updateArguments(session, idx, status));
  }

  /** Emits an event that the sender showed the segment for which the challenge asks it. */
  proveStorage(signer: Wallet, proof: StorageProof, challengeBlock: number): Promise<TransactionReceipt> {
    const args = [...storageProofArguments(proof), challengeBlock];
    return this.calls.send(signer, "proveStorage", [proof.session.sessionId], args);
  }

  /** @param commitment of the chunk's session */
  async statusOf(commitment: string, idx: number): Promise<ChunkStatus> {
    const status = await this.read("statusOf", () => this.contract.statusOf(commitment, idx));
    return CHUNK_STATUSES[Number(status)] as ChunkStatus;
  }

  /** How many chunks of a session were recorded, whatever their status is now. */
  async recordedCount(commitment: string): Promise<number> {
    return Number(await this.read("recordedCount", () => this.contract.recordedCount(commitment)));
  }

  /** Of the challenges that are open in the latest block, the one that stays open longest: 64 blocks or more. */
  currentChallenge(): Promise<Challenge> {
    return this.read("currentChallenge", () => openChallenge(this.chain.provider));
  }

  /**
   * The recorded chunks, oldest first, a page of blocks at a time.
   *
   * @param commitment of the session whose chunks are wanted. @default those of every session
   */
  async *storedChunks(range: BlockRange = {}, commitment?: string): AsyncGenerator<StoredChunk[]> {
    for await (const events of this.events(this.contract.filters.ChunkStored(commitment), range)) {
      yield events.map((event) => ({
        commitment: event.args.commitment,
        chunk: {
          idx: Number(event.args.idx),
          sizeBytes: Number(event.args.sizeBytes),
          ciphertextSha256: event.args.ciphertextSha256,
          contentRoot: event.args.contentRoot,
        },
        ...positionOf(event),
      }));
    }
  }
}

const metadataArguments = (session: Session, { chunks, proof, proofFlags }: ProvenChunks) =>
  [session, chunks, proof, proofFlags] as const;

const updateArguments = (session: Session, idx: readonly number[], status: ChunkStatus) =>
  [sessionCommitment(session), idx, statusNumber(status)] as const;

const statusNumber = (status: ChunkStatus) => CHUNK_STATUSES.indexOf(status);

function storageProofArguments({
  session,
  chunk,
  chunkProof,
  segmentIndex,
  segment,
}: StorageProof): [Session, Chunk, string[], number, BytesLike, BytesLike[]] {
  return [session, chunk, [...chunkProof], segmentIndex, segment.segment, [...segment.path]];
}
