import type { StoredChunk } from "../../contracts/lucid-chunk-store/client.ts";
import { type Session, sessionCommitment } from "../../sessions/session.ts";
import type { RecordedChunkDocument } from "../../store/documents.ts";
import type { RecordedChunks } from "../../store/repositories/recorded-chunks.ts";
import { eachDocument } from "../../store/repositories/repository.ts";
import type { ConfirmedBlocks } from "./confirmed-blocks.ts";
import { EventCursor, type EventSource } from "./event-cursor.ts";
import { requireKept, writeSeen } from "./write-seen.ts";

export interface CorpusModules {
  readonly confirmed: ConfirmedBlocks;
  /** ChunkStored events of LucidChunkStore. */
  readonly storedChunks: EventSource<StoredChunk>;
  readonly recordedChunks: RecordedChunks;
}

/** How much of a session is recorded. */
export interface SessionRecord {
  readonly chunks: number;
  readonly isComplete: boolean;
  /** Of the recorded chunks, together. */
  readonly sizeBytes: number;
}

/** Documents an insert: a page of events may be many times as large. */
const BATCH = 1_000;
/** Complete sessions whose size is remembered, so that each receipt of a session does not add up its chunks again. */
const MOST_REMEMBERED = 50_000;

/**
 * The corpus: the chunks that LucidChunkStore recorded, in chain order, kept in the store. The chunk at a position is one
 * read, and how many there are at a block one step on an index. A chunk's later status makes no difference.
 *
 * Several nodes may write one store at the same time: all of them write the same. Whoever starts goes on where the
 * store's chunks have no gaps, so a kill at any point costs nothing but the reading.
 */
export class Corpus {
  readonly #modules: CorpusModules;
  readonly #cursor: EventCursor<StoredChunk>;
  /** Position of the next chunk. */
  #position: number;
  readonly #complete = new Map<string, SessionRecord & { readonly since: number }>();

  private constructor(firstBlock: number, position: number, modules: CorpusModules) {
    const { confirmed, storedChunks: source } = modules;
    this.#modules = modules;
    this.#position = position;
    this.#cursor = new EventCursor(firstBlock, { confirmed, source, apply: (events) => this.#keep(events) });
  }

  /**
   * Goes on with what the store holds.
   *
   * @param deploymentBlock before which LucidChunkStore has no events
   * @throws {ConsensusError} CHAIN_REORGANISED_BELOW_CONFIRMATIONS where the store's last chunk comes from a block that
   * is not on the chain any more; CHAIN_BLOCK_NOT_SHOWN
   */
  static async resume(deploymentBlock: number, modules: CorpusModules): Promise<Corpus> {
    const { recordedChunks, confirmed } = modules;
    const held = await recordedChunks.firstGap();
    const last = held === 0 ? undefined : await recordedChunks.get(held - 1);
    if (last === undefined) return new Corpus(deploymentBlock, 0, modules);
    await requireKept(last, confirmed);
    // The rest of its block may be missing: the block is read again, from its first chunk on.
    const position = await recordedChunks.countUpTo(last.blockNumber - 1);
    return new Corpus(last.blockNumber, position, modules);
  }

  /**
   * N: how many chunks are recorded up to a block, that one included.
   *
   * @throws {ConsensusError} for a block that is not confirmed or not shown, and after a reorg below the confirmations
   * @throws {StoreError} STORE_CONFLICT where the store holds something else than the chain says
   */
  async size(blockNumber: number): Promise<number> {
    await this.#cursor.readTo(blockNumber);
    return await this.#modules.recordedChunks.countUpTo(blockNumber);
  }

  /**
   * The chunk at a position before the corpus's size; undefined where none was read yet.
   *
   * @param position in chain order, from 0
   */
  chunkAt(position: number): Promise<RecordedChunkDocument | undefined> {
    return this.#modules.recordedChunks.get(position);
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
    let [chunks, sizeBytes, since] = [0, 0, 0];
    const { recordedChunks } = this.#modules;
    for await (const chunk of eachDocument((page) =>
      recordedChunks.bySession(commitment, blockNumber, page),
    )) {
      chunks += 1;
      sizeBytes += chunk.sizeBytes;
      since = Math.max(since, chunk.blockNumber);
    }
    const record = { chunks, sizeBytes, isComplete: chunks === session.chunkCount };
    if (record.isComplete) this.#remember(commitment, { ...record, since });
    return record;
  }

  #remember(commitment: string, record: SessionRecord & { readonly since: number }): void {
    const [oldest] = this.#complete.keys();
    if (oldest !== undefined && this.#complete.size >= MOST_REMEMBERED) this.#complete.delete(oldest);
    this.#complete.set(commitment, record);
  }

  /** Positions are counted on only when all of a page is kept: a page that comes again has its first positions again. */
  async #keep(events: readonly StoredChunk[]): Promise<void> {
    const { recordedChunks, confirmed } = this.#modules;
    const documents = events.map((event, at) => documentOf(event, this.#position + at));
    for (let from = 0; from < documents.length; from += BATCH) {
      const batch = documents.slice(from, from + BATCH);
      const write = () => recordedChunks.insertMany(batch);
      await writeSeen(write, (id) => recordedChunks.get(Number(id)), confirmed);
    }
    this.#position += documents.length;
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
