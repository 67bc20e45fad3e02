import type { AttestationDocument } from "../documents.ts";
import type { Inserted } from "../engine.ts";
import type { attestations } from "../schema/index.ts";
import { type Page, type PageRequest, Repository } from "./repository.ts";

export class Attestations extends Repository<typeof attestations> {
  /** The id follows from epoch and attester. */
  insertMany(seen: readonly Omit<AttestationDocument, "_id">[]): Promise<Inserted> {
    return this.insertOnce(seen.map((one) => ({ ...one, _id: `${one.epoch}:${one.attester}` })));
  }

  /** @param id `epoch:attester` */
  get(id: string): Promise<AttestationDocument | undefined> {
    return this.find({ _id: id });
  }

  /** An epoch's attestations in the order of their attesters. */
  byEpoch(epoch: number, request: PageRequest = {}): Promise<Page<AttestationDocument>> {
    return this.page(
      { where: { epoch: { is: epoch } }, orderBy: ["attester"], index: "epoch_attester" },
      request,
    );
  }
}
