import { plantedStore } from "../../../devnet/planted-store.ts";
import type { AuditFinding } from "../../../offchain/audit/finding.ts";
import type { AuditResult } from "../../../offchain/audit/report.ts";
import type { DemoContext, PartResult } from "../demo-context.ts";
import { Expectations } from "../expectations.ts";
import type { Narrator } from "../narrator.ts";
import { CHANGED } from "../payouts/pay-steps.ts";
import { plantTally } from "./plant-tally.ts";
import { DemoAudit } from "./run-audit.ts";

/** The slot whose tally is raised: nobody was late, silent or expelled in it. */
const RAISED_SLOT = 10;
const RAISED = "half";

/** Everything again, by somebody who took no part: clean but for what was done on purpose, and one planted fault. */
export async function auditPart(context: DemoContext): Promise<PartResult> {
  const { narrator, chain, clock, cast, month, firstSlot } = context;
  if (cast === undefined || month === undefined) throw new TypeError("an audit needs something to audit");
  const expectations = new Expectations(narrator);
  await using auditing = await DemoAudit.open(context, month);

  narrator.step("Audit everything against store, chain and TRON (audit)");
  const audited = await auditing.run(chain.store);
  narrator.say(counted(audited));
  tell(narrator, audited.findings);
  narrator.say(
    `That is the row of ${CHANGED} that was changed in the database, and all there is. The late leader's slot without a block, the invented receipts, the lost chunks and the held payout are not faults: they ended as the rules say.`,
  );
  expectations.expect(
    audited.notAudited.length === 0,
    `Everything is audited; left out are ${audited.notAudited.join(", ") || "none"}.`,
  );
  const { payoutId, planned } = month.changed;
  const [found] = audited.findings;
  expectations.expect(
    audited.findings.length === 1 &&
      found?.code === "PAYOUT_DIFFERS" &&
      found.place.payoutId === payoutId &&
      found.consequences === undefined,
    `The audit finds the changed payout ${payoutId} and nothing else.`,
  );

  const slot = firstSlot + RAISED_SLOT;
  const entityId = cast.node(RAISED).nodeId;
  narrator.step("Correct that row in a copy of the store, plant one other fault, audit again");
  const { plant, closer } = await plantTally(
    { slot, entityId },
    { store: chain.store, cast, domain: auditing.domain },
  );
  await using copy = await copyOf(context, plant, { payoutId, planned });
  clock.runs(copy.store);
  narrator.say(
    `The node ${closer}, which closed slot ${slot}, counts one storage answer too many for ${RAISED}, and signs it.`,
  );
  const again = await auditing.run(copy.store);
  tell(narrator, again.findings);
  const [fault] = again.findings;
  expectations.expect(
    again.findings.length === 1 && fault?.code === "TALLY_UNSUPPORTED" && fault.place.slot === slot,
    `The audit names the tally of slot ${slot} and nothing else.`,
  );
  const { counts, findings, digest } = audited;
  const value = {
    audit: { digest, counts, findings, planted: { slot, entity: RAISED, closer, findings: again.findings } },
  };
  return { value, failures: expectations.failures };
}

/** The store as if the changed row had never been changed, with another fault. */
async function copyOf(
  { chain }: DemoContext,
  plant: Parameters<typeof plantedStore>[1],
  { payoutId, planned }: { readonly payoutId: string; readonly planned: bigint },
) {
  const store = await plantedStore(chain.store, {
    ...plant,
    payouts: (one) => (one._id === payoutId ? { ...one, usdt_amount: planned } : one),
  });
  return { store, [Symbol.asyncDispose]: () => store.close() };
}

const counted = ({ range, counts }: AuditResult) =>
  `From slot ${range.first} to ${range.last}, in numbers: ${Object.entries(counts)
    .filter(([what]) => what !== "findings")
    .map(([what, count]) => `${what} ${count}`)
    .join(", ")}.`;

function tell(narrator: Narrator, findings: readonly AuditFinding[]): void {
  for (const { code, place, expected, found, consequences = [] } of findings) {
    const at = Object.entries(place).map(([name, value]) => `${name} ${value}`);
    narrator.say(`${code}: ${at.join(", ")}; expected ${expected}, found ${found}`);
    const codes = new Set(consequences.map((one) => one.code));
    if (codes.size > 0)
      narrator.say(`  from it follow ${consequences.length} more: ${[...codes].join(", ")}`);
  }
}
