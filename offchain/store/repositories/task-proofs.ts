import type { NewTaskProof, SlotTally, TaskProofDocument, TaskProofType } from "../documents.ts";
import type { Inserted } from "../engine.ts";
import type { taskProofs } from "../schema/index.ts";
import type { TallyRequest } from "../slot-tally/port.ts";
import { type Page, type PageRequest, Repository } from "./repository.ts";

export class TaskProofs extends Repository<typeof taskProofs, TaskProofDocument> {
  /** Each proof is stamped (`ts`) by the store as it is written. The same proof again keeps its first stamp. */
  insertMany(proofs: readonly NewTaskProof[]): Promise<Inserted> {
    return this.insertOnce(proofs);
  }

  get(slot: number, nodeId: string, id: string): Promise<TaskProofDocument | undefined> {
    return this.find({ slot, nodeId, _id: id });
  }

  /** A slot's proofs, by node and id; of one type where it is given. */
  bySlot(
    slot: number,
    { type, ...request }: PageRequest & { readonly type?: TaskProofType } = {},
  ): Promise<Page<TaskProofDocument>> {
    const where = { slot: { is: slot }, ...(type && { type: { is: type } }) };
    return this.page({ where, orderBy: ["nodeId", "_id"], index: "slot_node" }, request);
  }

  /**
   * What each entity did in a slot, computed in the database.
   *
   * `sessions` are distinct ones, `bytes` are as claimed in receipts: the cap by a session's size over all slots is
   * for the caller, who knows the earlier slots. One validation signature and one beacon count for each node.
   */
  tally(request: TallyRequest): Promise<SlotTally[]> {
    return this.engine.tallySlot(request);
  }
}
