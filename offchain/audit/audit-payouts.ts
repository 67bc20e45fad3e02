import { SettingsError } from "../config/errors.ts";
import { type Month, monthsNamed } from "../payouts/month.ts";
import { type RowTerms, verifyRow } from "../payouts/service/verify-row.ts";
import { routerTotal, type StatementRow } from "../payouts/statement.ts";
import type { StoredStatement } from "../payouts/statement-folder.ts";
import { statementLeaf, statementProof } from "../payouts/statement-tree.ts";
import { rootFromProof } from "../sessions/merkle-tree.ts";
import { sessionIdToBytes32 } from "../sessions/session-id.ts";
import type { PayoutDocument } from "../store/documents.ts";
import { eachDocument } from "../store/repositories/repository.ts";
import type { Store } from "../store/store.ts";
import { type AuditStatementModules, auditStatement } from "./audit-statement.ts";
import { firstDifference, type Report } from "./finding.ts";

export interface AuditPayoutsModules extends AuditStatementModules {
  readonly store: Pick<Store, "payouts">;
}

/** How many payouts there are of each status, and how much they pay together, in micro-USDT. */
export type PayoutsByState = Map<string, { count: number; amount: bigint }>;

/**
 * Months that have a statement, or payouts in the store, in order. Payouts that belong to no month are held to their own
 * statements, and to who signed those.
 *
 * @param byState added to, whenever the payouts were made
 * @param isWithin whether a request that was made at this time is to be audited
 */
export async function payoutMonths(
  { store, plan, terms }: AuditPayoutsModules,
  byState: PayoutsByState,
  isWithin: (time: number) => boolean,
  report: Report,
): Promise<readonly Month[]> {
  const names = new Set(await plan.folder.months());
  for await (const payout of eachDocument((page) => store.payouts.allById(page))) {
    if (payout.month !== undefined) names.add(payout.month);
    else if (isWithin(payout.created_at)) auditRequest(payout, terms, report);
    const sum = byState.get(payout.status) ?? { count: 0, amount: 0n };
    sum.count += 1;
    sum.amount += payout.usdt_amount;
    byState.set(payout.status, sum);
  }
  return monthsNamed(names);
}

/** Audits a month: its statement, and its payouts against the statement. */
export async function auditMonth(month: Month, modules: AuditPayoutsModules, report: Report): Promise<void> {
  const { store } = modules;
  const stored = await auditStatement(month, modules, report);
  const expected = new Map(stored?.statement.rows.map((row, index) => [row.payoutId, { row, index }]));
  let entered = 0;
  for await (const payout of eachDocument((page) => store.payouts.byMonth(month.name, page))) {
    entered += 1;
    const planned = expected.get(payout._id);
    const place = { month: month.name, payoutId: payout._id };
    if (stored === undefined) {
      auditProof(payout, report);
      continue;
    }
    if (planned === undefined) {
      const found = `${payout.usdt_amount} to ${payout.to_addr}`;
      report({ code: "PAYOUT_UNPLANNED", place, expected: "no payout", found });
      continue;
    }
    expected.delete(payout._id);
    auditPayout(payout, planned.row, planned.index, stored, report);
  }
  // A statement that nobody approved has no payouts yet.
  const isEntered = entered > 0 || stored?.signatures.approver !== undefined;
  for (const { row } of isEntered ? expected.values() : []) {
    const place = { month: month.name, payoutId: row.payoutId, entityId: row.entityId };
    report({ code: "PAYOUT_MISSING", place, expected: `${row.amount} to ${row.to}`, found: "absent" });
  }
}

const PLANNED = [
  "entity_id",
  "to_addr",
  "usdt_amount",
  "router",
  "plan_index",
  "plan_period",
  "plan_total",
  "plan_root",
  "plan_proof",
  "planner_sig",
  "approver_sig",
] as const;

function auditPayout(
  payout: PayoutDocument,
  { entityId, to, amount, router }: StatementRow,
  index: number,
  { statement, signatures, tree }: StoredStatement,
  report: Report,
): void {
  const planned = {
    entity_id: entityId,
    to_addr: to,
    usdt_amount: amount,
    router,
    plan_index: index,
    plan_period: statement.month.period.toString(),
    plan_total: routerTotal(statement, router),
    plan_root: statement.root,
    plan_proof: tree && statementProof(tree, index),
    planner_sig: signatures.planner?.routers[router],
    approver_sig: signatures.approver?.routers[router],
  };
  const differs = firstDifference(PLANNED, planned, payout);
  if (differs === undefined) return;
  const { field, expected, found } = differs;
  const place = { month: statement.month.name, payoutId: payout._id, field };
  report({ code: "PAYOUT_DIFFERS", place, expected, found });
}

/** A single payment: its own statement, which planner and approver signed before anything was paid. */
function auditRequest(payout: PayoutDocument, terms: RowTerms | undefined, report: Report): void {
  const { _id: payoutId, status, approver_sig } = payout;
  if (!auditProof(payout, report) || terms === undefined) return;
  // Until somebody approves it nothing is wrong, as long as nothing is paid.
  if (approver_sig === undefined && (status === "pending" || status === "refused")) return;
  const row = verifyRow(payout, terms);
  if (!("refused" in row) || row.suspect?.kind === "router") return;
  // Keys change over the years: the router checked those of the time before it paid.
  if (row.suspect?.kind === "signer" && status === "confirmed") return;
  const found = row.suspect === undefined ? row.refused : `${row.refused}, but by ${row.suspect.signer}`;
  report({
    code: "PAYOUT_SIGNATURE_WRONG",
    place: { payoutId },
    expected: "signed by planner and approver",
    found,
  });
}

/** Whether a payout's own proof leads from what it pays to its statement's root, as its router checks; reported if not. */
function auditProof(payout: PayoutDocument, report: Report): boolean {
  const { _id: payoutId, month, plan_root: root, plan_proof: proof } = payout;
  if (root === undefined) return true;
  const leaf = leafOf(payout);
  const found = leaf === undefined ? "an address that is not one of TRON" : rootFromProof(leaf, proof);
  if (found === root) return true;
  report({ code: "PAYOUT_PROOF_WRONG", place: { ...(month && { month }), payoutId }, expected: root, found });
  return false;
}

function leafOf({ _id: payoutId, session_id, router, to_addr: to, usdt_amount: amount }: PayoutDocument) {
  const session = session_id === undefined ? {} : { sessionId: sessionIdToBytes32(session_id) };
  try {
    return statementLeaf({ router, payoutId, to, amount, ...session });
  } catch (error) {
    if (error instanceof SettingsError) return undefined;
    throw error;
  }
}
