import type { PayoutDocument } from "../../store/documents.ts";

const LABEL = "expired: ";
const EXPIRED = /(?:^|; )expired: ([0-9a-f]{64}(?:, [0-9a-f]{64})*)$/;
/** `error` has a bounded length. */
const MAX_KEPT = 10;

/**
 * The transactions that a payout was sent with and that were taken for dead, oldest first. Its `error` names them: should
 * one of them have been included after all, it is found again.
 */
export function expiredTransactions({ error = "" }: Pick<PayoutDocument, "error">): string[] {
  return EXPIRED.exec(error)?.[1]?.split(", ") ?? [];
}

/** An `error` that also names expired transactions; undefined where there is nothing to say. */
export function errorWithExpired(
  error: string | undefined,
  expired: readonly string[],
): { readonly error?: string } {
  const txids = [...new Set(expired)].slice(-MAX_KEPT);
  const parts = [
    ...(error === undefined ? [] : [error]),
    ...(txids.length === 0 ? [] : [LABEL + txids.join(", ")]),
  ];
  return parts.length === 0 ? {} : { error: parts.join("; ") };
}

/** Every transaction that may have paid a payout, as far as its document tells. */
export const knownTransactions = (document: Pick<PayoutDocument, "txid" | "error">) => [
  ...new Set([...expiredTransactions(document), ...(document.txid === undefined ? [] : [document.txid])]),
];
