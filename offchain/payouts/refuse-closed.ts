import type { PayoutDocument } from "../store/documents.ts";
import type { PayoutProgress, Payouts } from "../store/repositories/payouts.ts";
import { eachDocument } from "../store/repositories/repository.ts";
import { VOIDED } from "./held-shares.ts";
import { PAID_ELSEWHERE } from "./service/after-refusal.ts";
import { errorWithExpired, expiredTransactions } from "./service/expired-transactions.ts";
import { failedAgain } from "./service/failed-again.ts";
import { FORGOTTEN } from "./service/in-flight.ts";
import type { PayoutChain } from "./service/payout-chain.ts";
import type { TronClient } from "./tron-client.ts";

/** How the `error` of a refused payout begins whose statement planner and approver closed before it was paid. */
export const STATEMENT_CLOSED = "statement closed";

export interface RefuseClosedModules {
  readonly payouts: Payouts;
  readonly tron: TronClient;
  readonly chain: PayoutChain;
}

/**
 * Refuses the payouts of a statement that was closed, each for what it is: what the ledger voided as voided, so that its
 * share returns; what the ledger knows as paid as paid by another transaction. What is under way is left to the next run, and a
 * failed payout stays as it is where it may be paid yet, or is.
 *
 * @returns how many
 */
export async function refuseClosed(
  { router, root, ledger }: { readonly router: string; readonly root: string; readonly ledger: string },
  modules: RefuseClosedModules,
): Promise<number> {
  const { payouts } = modules;
  let count = 0;
  for (const status of ["pending", "held", "failed"] as const) {
    const closed: PayoutDocument[] = [];
    for await (const document of eachDocument((page) => payouts.byStatus(status, page))) {
      if (document.router === router && document.plan_root === root) closed.push(document);
    }
    for (const document of closed) {
      const refusal = await refusalOf(document, ledger, modules);
      if (refusal === undefined) continue;
      const { _id, txid } = document;
      const { swapped } = await payouts.move(_id, { status, txid }, "refused", refusal, FORGOTTEN);
      if (swapped) count += 1;
    }
  }
  return count;
}

/** Its `error`, which still names the transactions that expired; undefined where it is not refused. */
async function refusalOf(
  document: PayoutDocument,
  ledger: string,
  { tron, chain }: RefuseClosedModules,
): Promise<Pick<PayoutProgress, "error"> | undefined> {
  const { _id, status } = document;
  if (status === "failed" && (await failedAgain(document, ledger, { tron, chain })) === undefined) {
    return undefined;
  }
  if (await chain.isVoid(ledger, _id)) return { error: VOIDED };
  const reason = (await chain.isPaid(ledger, _id)) ? PAID_ELSEWHERE : STATEMENT_CLOSED;
  return errorWithExpired(reason, expiredTransactions(document));
}
