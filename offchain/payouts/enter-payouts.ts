import type { MerkleTree } from "../sessions/merkle-tree.ts";
import type { NewPayout } from "../store/documents.ts";
import type { Payouts } from "../store/repositories/payouts.ts";
import { requireApproved } from "./earlier-statements.ts";
import { routerTotal } from "./statement.ts";
import type { StoredStatement } from "./statement-folder.ts";
import { statementProof } from "./statement-tree.ts";

/** Documents an insert. */
const BATCH = 1_000;

/**
 * Enters the rows of an approved statement as pending payouts; those that are there stay as they are, so that it can be
 * repeated after it was killed.
 *
 * @param onEntered how many rows are in the store
 * @returns how many were not there before
 * @throws {PayoutError} STATEMENT_UNAPPROVED, STATEMENT_SIGNATURE_INVALID
 * @throws {StoreError} STORE_CONFLICT where another payout has the same id
 */
export async function enterPayouts(
  stored: StoredStatement,
  payouts: Payouts,
  onEntered?: (count: number) => void,
): Promise<number> {
  requireApproved(stored);
  const { tree } = stored;
  if (tree === undefined) return 0;
  const count = stored.statement.rows.length;
  let inserted = 0;
  for (let from = 0; from < count; from += BATCH) {
    const documents = Array.from({ length: Math.min(BATCH, count - from) }, (_, offset) =>
      payoutDocument(stored, tree, from + offset),
    );
    inserted += (await payouts.insertMany(documents)).inserted;
    onEntered?.(from + documents.length);
  }
  return inserted;
}

function payoutDocument(
  { statement, signatures }: StoredStatement,
  tree: MerkleTree,
  index: number,
): NewPayout {
  const { month, rows, root } = statement;
  const { payoutId, entityId, to, amount, router } = rows[index] as (typeof rows)[number];
  return {
    _id: payoutId,
    month: month.name,
    entity_id: entityId,
    to_addr: to,
    usdt_amount: amount,
    router,
    reason: `credits of ${month.name}`,
    plan_index: index,
    plan_period: month.period.toString(),
    plan_total: routerTotal(statement, router),
    plan_root: root,
    plan_proof: statementProof(tree, index),
    planner_sig: signatures.planner?.routers[router] as string,
    approver_sig: signatures.approver?.routers[router] as string,
    status: "pending",
  };
}
