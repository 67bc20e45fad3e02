import type { ChunkDocument, ChunkDocumentStatus } from "../documents.ts";
import type { Inserted, Swap } from "../engine.ts";
import type { chunks } from "../schema/index.ts";
import { type Moves, requireLegalMove } from "./moves.ts";
import { type Page, type PageRequest, Repository } from "./repository.ts";

/** The moves that LucidChunkStore allows. */
export const CHUNK_MOVES: Moves<ChunkDocumentStatus> = {
  none: ["stored"],
  stored: ["replicated", "missing", "deleted"],
  replicated: ["stored", "missing", "deleted"],
  missing: ["stored", "replicated", "deleted"],
  deleted: [],
};

/** A session's chunks from idx `from` to before `below`. */
export interface ChunkRange {
  readonly from?: number;
  readonly below?: number;
}

export class Chunks extends Repository<typeof chunks> {
  /** The id is derived from session and idx, so that no pair can exist twice in a sharded cluster. */
  insertMany(documents: readonly Omit<ChunkDocument, "_id">[]): Promise<Inserted> {
    return this.insertOnce(documents.map((chunk) => ({ ...chunk, _id: `${chunk.session_id}:${chunk.idx}` })));
  }

  get(sessionId: string, idx: number): Promise<ChunkDocument | undefined> {
    return this.find({ session_id: sessionId, idx });
  }

  /** @throws {StoreError} STORE_ILLEGAL_MOVE */
  async move(
    sessionId: string,
    idx: number,
    from: ChunkDocumentStatus,
    to: ChunkDocumentStatus,
  ): Promise<Swap<ChunkDocument>> {
    const id = `${sessionId}:${idx}`;
    requireLegalMove(CHUNK_MOVES, { collection: this.schema.name, id }, from, to);
    return await this.swap(
      { session_id: sessionId, idx },
      { expected: { status: { is: from } }, set: { status: to } },
    );
  }

  /** A session's chunks in the order of idx. */
  bySession(
    sessionId: string,
    { from = 0, below = Number.MAX_SAFE_INTEGER }: ChunkRange = {},
    request: PageRequest = {},
  ): Promise<Page<ChunkDocument>> {
    return this.page(
      {
        where: { session_id: { is: sessionId }, idx: { atLeast: from, below } },
        orderBy: ["idx"],
        index: "session_idx",
      },
      request,
    );
  }
}
