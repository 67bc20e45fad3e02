import type { RecordedChunkDocument } from "../documents.ts";
import type { Inserted } from "../engine.ts";
import type { recordedChunks } from "../schema/index.ts";
import { type Page, type PageRequest, Repository } from "./repository.ts";

export class RecordedChunks extends Repository<typeof recordedChunks> {
  /** A different chunk at a position that is taken is a conflict. */
  insertMany(chunks: readonly RecordedChunkDocument[]): Promise<Inserted> {
    return this.insertOnce(chunks);
  }

  /** @param position in chain order, from 0 */
  get(position: number): Promise<RecordedChunkDocument | undefined> {
    return this.find({ _id: position });
  }

  /**
   * A session's recorded chunks in the order of idx.
   *
   * @param below only those at positions below this one
   */
  bySession(
    commitment: string,
    below: number,
    request: PageRequest = {},
  ): Promise<Page<RecordedChunkDocument>> {
    const where = { commitment: { is: commitment }, _id: { below } };
    return this.page({ where, orderBy: ["idx"], index: "commitment_idx" }, request);
  }
}
