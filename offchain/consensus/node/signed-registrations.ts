import type { NodeDocument } from "../../store/documents.ts";
import type { Nodes } from "../../store/repositories/nodes.ts";
import { eachDocument } from "../../store/repositories/repository.ts";
import type { PootDomain } from "../typed-data/domain.ts";
import { MessageHasher } from "../typed-data/message-hasher.ts";
import { registrationFault } from "./registration-fault.ts";

/** The records of one address that it did sign: whoever may write to the store can put others beside them. */
export async function signedRegistrations(
  nodes: Nodes,
  address: string,
  domain: PootDomain,
): Promise<readonly NodeDocument[]> {
  const hasher = new MessageHasher(domain);
  const signed: NodeDocument[] = [];
  for await (const record of eachDocument((page) => nodes.byAddress(address, page))) {
    if (registrationFault(record, hasher) === undefined) signed.push(record);
  }
  return signed;
}
