import type { RecordedChunkDocument } from "../documents.ts";
import type { Inserted } from "../engine.ts";
import type { recordedChunks } from "../schema/index.ts";
import { ID_INDEX, type Page, type PageRequest, Repository } from "./repository.ts";

export class RecordedChunks extends Repository<typeof recordedChunks> {
  /** A different chunk at a position that is taken is a conflict. */
  insertMany(chunks: readonly RecordedChunkDocument[]): Promise<Inserted> {
    return this.insertOnce(chunks);
  }

  /** @param position in chain order, from 0 */
  get(position: number): Promise<RecordedChunkDocument | undefined> {
    return this.find({ _id: position });
  }

  /** How many chunks were recorded up to a block, that one included: one index lookup, however many they are. */
  async countUpTo(blockNumber: number): Promise<number> {
    const query = {
      where: { blockNumber: { below: blockNumber + 1 } },
      orderBy: ["blockNumber", "logIndex"],
      index: "block_log",
      descending: true,
    };
    const { documents } = await this.page(query, { limit: 1 });
    const [last] = documents;
    return last === undefined ? 0 : last._id + 1;
  }

  /**
   * The first position without a chunk. It may be before the last recorded one: a batch is not written in order, and its
   * writer may have been killed.
   */
  async firstGap(): Promise<number> {
    const query = { where: {}, orderBy: ["_id"], index: ID_INDEX, descending: true };
    const { documents } = await this.page(query, { limit: 1 });
    const [last] = documents;
    if (last === undefined) return 0;
    let beyond = last._id + 1;
    if (await this.holdsAll(0, beyond)) return beyond;
    let complete = 0;
    while (beyond - complete > 1) {
      const middle = Math.floor((complete + beyond) / 2);
      if (await this.holdsAll(complete, middle)) complete = middle;
      else beyond = middle;
    }
    return complete;
  }

  /** A session's recorded chunks in the order of idx, up to a block. */
  bySession(
    commitment: string,
    blockNumber: number,
    request: PageRequest = {},
  ): Promise<Page<RecordedChunkDocument>> {
    const where = { commitment: { is: commitment }, blockNumber: { below: blockNumber + 1 } };
    return this.page({ where, orderBy: ["idx"], index: "commitment_idx" }, request);
  }

  private async holdsAll(from: number, below: number): Promise<boolean> {
    return (await this.engine.count(this.schema, { _id: { atLeast: from, below } })) === below - from;
  }
}
