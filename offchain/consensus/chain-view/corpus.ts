import type { StoredChunk } from "../../contracts/lucid-chunk-store/client.ts";
import { inGroups } from "../../in-groups.ts";
import { MAX_CHUNK_COUNT, MAX_CHUNK_FILE_BYTES } from "../../sessions/limits.ts";
import { type Session, sessionCommitment } from "../../sessions/session.ts";
import type { RecordedChunkDocument } from "../../store/documents.ts";
import type { RecordedChunks } from "../../store/repositories/recorded-chunks.ts";
import { eachDocument } from "../../store/repositories/repository.ts";
import { ChunkCounts } from "./chunk-counts.ts";
import type { ConfirmedBlocks } from "./confirmed-blocks.ts";
import { EventCursor, type EventSource } from "./event-cursor.ts";
import { writeSeen } from "./write-seen.ts";

export interface CorpusModules {
  readonly confirmed: ConfirmedBlocks;
  /** ChunkStored events of LucidChunkStore. */
  readonly storedChunks: EventSource<StoredChunk>;
  readonly recordedChunks: RecordedChunks;
}

/** How much of a session is recorded. */
export interface SessionRecord {
  readonly chunks: number;
  /** All of its chunks, which are no more and none of them larger than in a session that verifies. */
  readonly isComplete: boolean;
  /** Of the recorded chunks, together. */
  readonly sizeBytes: number;
}

/** Documents an insert: a page of events may be many times as large. */
const BATCH = 1_000;
/** Complete sessions whose size is remembered, so that each receipt of a session does not add up its chunks again. */
const MAX_REMEMBERED = 50_000;

/**
 * The corpus: the chunks that LucidChunkStore recorded, in chain order. The chunks themselves are kept in the store, how
 * many there are after each block in memory. A chunk's later status makes no difference.
 *
 * Whoever may write to the store can hold chunks back, and cannot invent any: each node reads all events from the chain
 * when it starts, inserts each of them once, which is a conflict where the store holds something else, and uses only
 * positions that it inserted or found the same. So several nodes may write one store at the same time, and may be killed
 * at any point: all of them write the same.
 */
export class Corpus {
  readonly #modules: CorpusModules;
  readonly #cursor: EventCursor<StoredChunk>;
  /** Of the chunks that this node read from the chain and has in the store: their total is the next one's position. */
  readonly #counts = new ChunkCounts();
  readonly #complete = new Map<string, SessionRecord & { readonly since: number }>();

  private constructor(firstBlock: number, modules: CorpusModules) {
    const { confirmed, storedChunks: source } = modules;
    this.#modules = modules;
    this.#cursor = new EventCursor(firstBlock, { confirmed, source, apply: (events) => this.#keep(events) });
  }

  /**
   * A corpus that is read from the chain, from its first block on, when it is asked for. What the store holds already is
   * compared and not written again.
   *
   * @param deploymentBlock before which LucidChunkStore has no events
   */
  static async resume(deploymentBlock: number, modules: CorpusModules): Promise<Corpus> {
    return new Corpus(deploymentBlock, modules);
  }

  /**
   * N: how many chunks are recorded up to a block, that one included.
   *
   * @throws {ConsensusError} for a block that is not confirmed or not shown, and after a reorg below the confirmations
   * @throws {StoreError} STORE_CONFLICT where the store holds something else than the chain says
   */
  async size(blockNumber: number): Promise<number> {
    await this.#cursor.readTo(blockNumber);
    return this.#counts.upTo(blockNumber);
  }

  /**
   * The chunk at a position before the corpus's size; undefined where none was read yet, whatever the store holds there.
   *
   * @param position in chain order, from 0
   */
  async chunkAt(position: number): Promise<RecordedChunkDocument | undefined> {
    if (position >= this.#counts.total) return undefined;
    return await this.#modules.recordedChunks.get(position);
  }

  /** Whether all chunks of a session are recorded at a block, and what they add up to. @throws as `size` */
  async sessionRecord(session: Session, blockNumber: number): Promise<SessionRecord> {
    await this.#cursor.readTo(blockNumber);
    const commitment = sessionCommitment(session);
    const known = this.#complete.get(commitment);
    if (known !== undefined && known.since <= blockNumber) {
      const { since: _, ...record } = known;
      return record;
    }
    let [chunks, sizeBytes, largest, since] = [0, 0, 0, 0];
    const { recordedChunks } = this.#modules;
    const size = this.#counts.upTo(blockNumber);
    for await (const chunk of eachDocument((page) => recordedChunks.bySession(commitment, size, page))) {
      chunks += 1;
      sizeBytes += chunk.sizeBytes;
      largest = Math.max(largest, chunk.sizeBytes);
      since = Math.max(since, chunk.blockNumber);
    }
    // The contract takes whatever sizes an uploader states.
    const isPossible = largest <= MAX_CHUNK_FILE_BYTES && session.chunkCount <= MAX_CHUNK_COUNT;
    const record = { chunks, sizeBytes, isComplete: isPossible && chunks === session.chunkCount };
    if (record.isComplete) this.#remember(commitment, { ...record, since });
    return record;
  }

  #remember(commitment: string, record: SessionRecord & { readonly since: number }): void {
    const [oldest] = this.#complete.keys();
    if (oldest !== undefined && this.#complete.size >= MAX_REMEMBERED) this.#complete.delete(oldest);
    this.#complete.set(commitment, record);
  }

  /** Chunks are counted only when all of a page is kept: a page that comes again has its first positions again. */
  async #keep(events: readonly StoredChunk[]): Promise<void> {
    const { recordedChunks, confirmed } = this.#modules;
    const documents = events.map((event, at) => documentOf(event, this.#counts.total + at));
    for (const batch of inGroups(documents, BATCH)) {
      const write = () => recordedChunks.insertMany(batch);
      await writeSeen(write, (id) => recordedChunks.get(Number(id)), confirmed);
    }
    for (const { blockNumber } of events) this.#counts.add(blockNumber);
  }
}

function documentOf(
  { commitment, chunk, blockNumber, blockHash, logIndex }: StoredChunk,
  position: number,
): RecordedChunkDocument {
  const { idx, sizeBytes, ciphertextSha256, contentRoot } = chunk;
  return {
    _id: position,
    commitment,
    idx,
    sizeBytes,
    ciphertextSha256,
    contentRoot,
    blockNumber,
    blockHash,
    logIndex,
  };
}
