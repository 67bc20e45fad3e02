import type { NewPayout, PayoutDocument, PayoutStatus } from "../documents.ts";
import type { Inserted, Swap, Where } from "../engine.ts";
import type { payouts } from "../schema/index.ts";
import { type Moves, requireLegalMove } from "./moves.ts";
import { type Page, type PageRequest, Repository } from "./repository.ts";

/**
 * `signed` goes back only when its bytes can no longer be included: past their expiration and not solidified. A `failed`
 * or `refused` one may turn out to be paid by its transaction, or to be payable after a person has looked; one that failed is
 * refused where its statement is closed.
 */
export const PAYOUT_MOVES: Moves<PayoutStatus> = {
  pending: ["signed", "held", "refused"],
  held: ["pending", "refused"],
  signed: ["broadcast", "confirmed", "failed", "pending"],
  broadcast: ["confirmed", "failed", "pending"],
  confirmed: [],
  failed: ["pending", "confirmed", "refused"],
  refused: ["pending", "confirmed"],
};

/** What the payout service may add to a document. What was planned never changes. */
export type PayoutProgress = Partial<
  Pick<
    PayoutDocument,
    | "txid"
    | "signed_transaction"
    | "expires_at"
    | "block_number"
    | "error"
    | "kyc_hash"
    | "kyc_expiry"
    | "compliance_sig"
  >
>;

/**
 * What a payout must still be for a move. Two processes may move it there and back meanwhile, with another transaction:
 * every move of one that is in flight names its transaction too.
 */
export interface PayoutState {
  readonly status: PayoutStatus;
  readonly txid: string | undefined;
}

export class Payouts extends Repository<typeof payouts> {
  insertMany(rows: readonly NewPayout[]): Promise<Inserted> {
    return this.insertOnce(rows);
  }

  get(payoutId: string): Promise<PayoutDocument | undefined> {
    return this.find({ _id: payoutId });
  }

  /**
   * @param from its status, or its status and transaction
   * @throws {StoreError} STORE_ILLEGAL_MOVE
   */
  async move(
    payoutId: string,
    from: PayoutStatus | PayoutState,
    to: PayoutStatus,
    progress: PayoutProgress = {},
    unset: readonly (keyof PayoutProgress)[] = [],
  ): Promise<Swap<PayoutDocument>> {
    const status = typeof from === "string" ? from : from.status;
    requireLegalMove(PAYOUT_MOVES, { collection: this.schema.name, id: payoutId }, status, to);
    return await this.swap(
      { _id: payoutId },
      { expected: expectedOf(from), set: { ...progress, status: to }, unset },
    );
  }

  /** Payouts of a status, oldest first. */
  byStatus(status: PayoutStatus, request: PageRequest = {}): Promise<Page<PayoutDocument>> {
    return this.page(
      { where: { status: { is: status } }, orderBy: ["created_at", "_id"], index: "status_oldest" },
      request,
    );
  }

  countByStatus(status: PayoutStatus): Promise<number> {
    return this.engine.count(this.schema, { status: { is: status } });
  }

  /** The latest month that has payouts; undefined where none has. */
  async newestMonth(): Promise<string | undefined> {
    // Requests of a single payment have no month, and sort below every text.
    const where = { month: { atLeast: "" } };
    const query = { where, orderBy: ["month", "_id"], index: "month", descending: true };
    return (await this.page(query, { limit: 1 })).documents[0]?.month;
  }

  /** @param month e.g. 2026-01 */
  byMonth(month: string, request: PageRequest = {}): Promise<Page<PayoutDocument>> {
    return this.page({ where: { month: { is: month } }, orderBy: ["_id"], index: "month" }, request);
  }
}

function expectedOf(from: PayoutStatus | PayoutState): Where {
  if (typeof from === "string") return { status: { is: from } };
  const { status, txid } = from;
  return { status: { is: status }, txid: txid === undefined ? { absent: true } : { is: txid } };
}
