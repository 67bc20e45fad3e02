import type { LucidError } from "../errors.ts";
import type { AnchorTransactionDocument } from "../store/documents.ts";
import type { Inclusion } from "./transactions/monitor-decision.ts";

/** What the monitor needs of whoever signs and knows the contracts; contracts/evm-client.ts fills it. */
export interface TransactionSender {
  /**
   * Sends the newest bytes again that were not given up; whether they were taken shows in the next look at the
   * chain. Where a node calls them underpriced, or the base fee has outgrown their cap, more is offered.
   *
   * @returns The new attempt, where one had to be made.
   */
  resend(attempts: readonly AnchorTransactionDocument[]): Promise<AnchorTransactionDocument | undefined>;
  /**
   * Offers more for the same call with the same nonce.
   *
   * @returns The new attempt, saved and sent; undefined where none can be made.
   */
  bump(attempts: readonly AnchorTransactionDocument[]): Promise<AnchorTransactionDocument | undefined>;
  /** Why a mined transaction reverted: the custom error, decoded. */
  explain(attempt: AnchorTransactionDocument, inclusion: Inclusion): Promise<LucidError>;
}
