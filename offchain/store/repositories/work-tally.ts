import type { WorkTallyDocument } from "../documents.ts";
import type { Inserted } from "../engine.ts";
import type { workTally } from "../schema/index.ts";
import { type Page, type PageRequest, Repository } from "./repository.ts";

export class WorkTally extends Repository<typeof workTally> {
  /** The id follows from epoch and entity. */
  insertMany(documents: readonly Omit<WorkTallyDocument, "_id">[]): Promise<Inserted> {
    return this.insertOnce(documents.map((tally) => ({ ...tally, _id: tallyId(tally) })));
  }

  get(epoch: number, entityId: string): Promise<WorkTallyDocument | undefined> {
    return this.find({ _id: tallyId({ epoch, entityId }) });
  }

  /** An epoch's tally, best rank first. */
  byEpoch(epoch: number, request: PageRequest = {}): Promise<Page<WorkTallyDocument>> {
    return this.page(
      { where: { epoch: { is: epoch } }, orderBy: ["rank", "_id"], index: "epoch_rank" },
      request,
    );
  }

  /** An entity's tallies from epoch `from` to before `below`, in order. */
  byEntity(
    entityId: string,
    from: number,
    below: number,
    request: PageRequest = {},
  ): Promise<Page<WorkTallyDocument>> {
    return this.page(
      {
        where: { entityId: { is: entityId }, epoch: { atLeast: from, below } },
        orderBy: ["epoch"],
        index: "entity_epoch",
      },
      request,
    );
  }
}

const tallyId = ({ epoch, entityId }: Pick<WorkTallyDocument, "epoch" | "entityId">) =>
  `${epoch}:${entityId}`;
