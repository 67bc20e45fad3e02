import type { NewNodeRecord, NodeDocument } from "../documents.ts";
import type { Inserted } from "../engine.ts";
import type { nodes } from "../schema/index.ts";
import { type Page, type PageRequest, Repository } from "./repository.ts";

export class Nodes extends Repository<typeof nodes> {
  /** A second record with the same sequence number of an address is a conflict. */
  insert(record: NewNodeRecord): Promise<Inserted> {
    return this.insertOnce([record]);
  }

  /** The record of an address with the highest sequence number. */
  async latest(address: string): Promise<NodeDocument | undefined> {
    const query = {
      where: { address: { is: address } },
      orderBy: ["sequence"],
      index: "address_sequence",
      descending: true,
    };
    const { documents } = await this.page(query, { limit: 1 });
    return documents[0];
  }

  /** An address's records in the order of their sequence numbers. */
  byAddress(address: string, request: PageRequest = {}): Promise<Page<NodeDocument>> {
    return this.page(
      { where: { address: { is: address } }, orderBy: ["sequence"], index: "address_sequence" },
      request,
    );
  }

  /** All records in the order in which the store stamped them. */
  all(request: PageRequest = {}): Promise<Page<NodeDocument>> {
    return this.page({ where: {}, orderBy: ["ts", "_id"], index: "ts" }, request);
  }
}
