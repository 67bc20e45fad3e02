import { LucidError } from "../../errors.ts";

const OF_STATEMENT = new Set([
  "PAYOUT_STATEMENT_CLOSED",
  "PAYOUT_PERIOD_TAKEN",
  "PAYOUT_STATEMENT_TOTAL",
  "TRON_CALL_REVERTED",
  "TRON_TRANSACTION_FAILED",
]);

/** What an error prevents from being paid: the first payout, its statement, or everything. */
export function obstacleScope(error: unknown): "payout" | "statement" | "run" {
  if (!(error instanceof LucidError)) return "run";
  if (error.code === "PAYOUT_PAYMENT_LIMIT") return "payout";
  return OF_STATEMENT.has(error.code) ? "statement" : "run";
}
