import { ZeroHash } from "ethers";
import { sessionIdToBytes32 } from "../../sessions/session-id.ts";
import type { PayoutDocument } from "../../store/documents.ts";
import type { Payouts } from "../../store/repositories/payouts.ts";
import { hexOf, tronAddressOf } from "../../tron-address.ts";
import type { TransactionInfo } from "../tron/answers.ts";
import type { TronClient } from "../tron-client.ts";
import { knownTransactions } from "./expired-transactions.ts";
import type { PayoutChain } from "./payout-chain.ts";
import type { OnPayoutEvent } from "./payout-event.ts";
import { isPaidBy, type PaymentParties, paymentOfPaid, rowOutcomes } from "./row-outcomes.ts";
import type { KnownRouter } from "./verify-row.ts";

export interface ConfirmModules {
  readonly payouts: Payouts;
  readonly tron: TronClient;
  readonly chain: PayoutChain;
  readonly onEvent: OnPayoutEvent;
}

/**
 * Confirms a payout that one of its transactions paid after all, by the same proof as one in flight.
 *
 * @returns whether it was paid
 */
export async function confirmPaid(
  document: PayoutDocument,
  routers: readonly KnownRouter[],
  { payouts, tron, chain, onEvent }: ConfirmModules,
): Promise<boolean> {
  const router = routers.find(({ address }) => address === document.router);
  if (router === undefined) return false;
  for (const txid of knownTransactions(document).reverse()) {
    const info = await tron.solidified(txid);
    if (info === undefined) continue;
    const { token, treasury } = await chain.parties(router);
    if (!pays(info, document, { router: router.address, token, treasury })) continue;
    const { _id: payoutId, usdt_amount: amount, status } = document;
    const progress = { txid, block_number: info.blockNumber };
    const unset = ["error", "signed_transaction", "expires_at"] as const;
    const from = { status, txid: document.txid };
    const { swapped } = await payouts.move(payoutId, from, "confirmed", progress, unset);
    if (swapped) onEvent({ kind: "confirmed", payoutId, txid, amount });
    return true;
  }
  return false;
}

/** Each transfer explains one payment, so the other payments of the transaction take theirs first. */
function pays(info: TransactionInfo, document: PayoutDocument, parties: PaymentParties): boolean {
  const { _id: payoutId, to_addr: to, usdt_amount: amount, session_id } = document;
  const sessionId = session_id === undefined ? ZeroHash : sessionIdToBytes32(session_id);
  const others = info.logs
    .filter((log) => isPaidBy(log, hexOf(parties.router)))
    .map(paymentOfPaid)
    .filter((payment) => payment.payoutId !== payoutId)
    .map((payment) => ({ ...payment, to: tronAddressOf(payment.to) }));
  const outcomes = rowOutcomes(info, [...others, { payoutId, sessionId, to, amount }], parties);
  return outcomes.get(payoutId)?.kind === "paid";
}
