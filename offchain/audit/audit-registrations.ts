import { registrationFault } from "../consensus/node/registration-fault.ts";
import { effectiveSlot } from "../consensus/rules/registration-state.ts";
import type { PootDomain } from "../consensus/typed-data/domain.ts";
import { MessageHasher } from "../consensus/typed-data/message-hasher.ts";
import { eachDocument } from "../store/repositories/repository.ts";
import type { Store } from "../store/store.ts";
import type { Report } from "./finding.ts";

/** Holds every registration record to the signatures of its account and its pool. @returns how many there are */
export async function auditRegistrations(
  { nodes }: Pick<Store, "nodes">,
  domain: PootDomain,
  report: Report,
): Promise<number> {
  const hasher = new MessageHasher(domain);
  let count = 0;
  for await (const record of eachDocument((page) => nodes.all(page))) {
    count += 1;
    const fault = registrationFault(record, hasher);
    if (fault === undefined) continue;
    const place = { slot: effectiveSlot(record), nodeId: record.address };
    report({
      code: "REGISTRATION_SIGNATURE_WRONG",
      place,
      expected: "a record that its account signed",
      found: fault,
    });
  }
  return count;
}
