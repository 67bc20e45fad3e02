import type { PayoutDocument } from "../store/documents.ts";
import type { Payouts } from "../store/repositories/payouts.ts";
import { eachDocument } from "../store/repositories/repository.ts";
import type { PayoutChain } from "./service/payout-chain.ts";

/** `error` of a refused payout whose statement planner and approver closed before it was paid. */
export const STATEMENT_CLOSED = "statement closed";

/**
 * Refuses the payouts of a statement that was closed. What is under way is left to the next run, and what the ledger knows
 * as paid to `payout reconcile`.
 *
 * @returns how many
 */
export async function refuseClosed(
  { router, root, ledger }: { readonly router: string; readonly root: string; readonly ledger: string },
  { payouts, chain }: { readonly payouts: Payouts; readonly chain: PayoutChain },
): Promise<number> {
  let count = 0;
  for (const status of ["pending", "held"] as const) {
    const closed: PayoutDocument[] = [];
    for await (const document of eachDocument((page) => payouts.byStatus(status, page))) {
      if (document.router === router && document.plan_root === root) closed.push(document);
    }
    for (const { _id } of closed) {
      if (await chain.isPaid(ledger, _id)) continue;
      const { swapped } = await payouts.move(_id, status, "refused", { error: STATEMENT_CLOSED });
      if (swapped) count += 1;
    }
  }
  return count;
}
