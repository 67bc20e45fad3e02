import type { PayoutDocument, PayoutStatus } from "../../store/documents.ts";
import type { PayoutProgress, Payouts } from "../../store/repositories/payouts.ts";
import { eachDocument } from "../../store/repositories/repository.ts";
import { HELD_FOR_KYC, VOIDED } from "../held-shares.ts";
import type { TransactionInfo } from "../tron/answers.ts";
import { TronError } from "../tron/errors.ts";
import type { TronClient } from "../tron-client.ts";
import { afterRefusal, batchValues, isAttempt, PAID_ELSEWHERE } from "./after-refusal.ts";
import type { Broadcaster } from "./broadcaster.ts";
import { confirmPaid } from "./confirm-paid.ts";
import { PayoutServiceError } from "./errors.ts";
import { errorWithExpired, expiredTransactions } from "./expired-transactions.ts";
import { settingsDiffer } from "./judge-row.ts";
import { type KeptTransaction, readKeptTransaction } from "./kept-transaction.ts";
import type { PayoutChain } from "./payout-chain.ts";
import type { OnPayoutEvent } from "./payout-event.ts";
import { type RowOutcome, rowOutcomes } from "./row-outcomes.ts";
import { type RowTerms, verifyRow } from "./verify-row.ts";

/** What a payout forgets when its transaction is dead. The transaction's id stays. */
export const FORGOTTEN = ["signed_transaction", "expires_at"] as const satisfies (keyof PayoutProgress)[];
/** What it forgets when its transaction was solidified without paying it. */
const SETTLED = ["txid", ...FORGOTTEN] as const;
/** Empty look-ups of a transaction that make it dead; a gateway may answer one of them from a node that lags behind. */
const DEAD_LOOKS = 2;
/** The same where the ledger knows one of its rows as paid: by this transaction, most likely. */
const DEAD_LOOKS_PAID = 20;

export interface InFlightModules {
  readonly payouts: Payouts;
  readonly tron: TronClient;
  readonly chain: PayoutChain;
  readonly broadcaster: Broadcaster;
  readonly onEvent: OnPayoutEvent;
}

/** Payouts whose transactions are signed, and not known to be solidified or dead. */
export class InFlight {
  readonly #terms: RowTerms;
  readonly #modules: InFlightModules;
  /** Transactions in which a row was refused in this run. */
  readonly #attempts = new Map<string, number>();
  /** Empty look-ups of transactions past their expiration, in this run. */
  readonly #deadLooks = new Map<string, number>();

  constructor(terms: RowTerms, modules: InFlightModules) {
    this.#terms = terms;
    this.#modules = modules;
  }

  /**
   * Looks at each transaction: rows of a solidified one are settled, those of a dead one are pending again, and one that
   * is neither is sent again as it is.
   *
   * @returns how many transactions may still be included, and why nothing more is to be sent: PAYOUT_BYTES_DIFFER or
   *   PAYOUT_SETTINGS_DIFFER
   * @throws {TronError} TRON_NODES_DISAGREE after everything else was settled
   */
  async settle(): Promise<{ readonly open: number; readonly stop: PayoutServiceError | undefined }> {
    let open = 0;
    let stop: PayoutServiceError | undefined;
    let disputed: TronError | undefined;
    for (const documents of (await this.#transactions()).values()) {
      const { kept, rows, fault, waiting } = await this.#read(documents);
      stop ??= fault;
      if (kept === undefined) {
        open += waiting;
        continue;
      }
      let fate: Awaited<ReturnType<TronClient["fate"]>>;
      try {
        fate = await this.#modules.tron.fate(kept.txid, kept.expiresAt);
      } catch (error) {
        if (!(error instanceof TronError) || error.code !== "TRON_NODES_DISAGREE") throw error;
        disputed ??= error;
        continue;
      }
      if (fate.kind === "solidified") await this.#finish(kept, rows, fate.info);
      else if (fate.kind !== "dead") {
        open += 1;
        await this.#resend(kept, rows);
      } else if (!(await this.#giveBack(kept, rows))) open += 1;
    }
    if (disputed !== undefined) throw disputed;
    return { open, stop };
  }

  /** Documents in flight by their transaction; those without one by themselves. */
  async #transactions(): Promise<Map<string, PayoutDocument[]>> {
    const byTransaction = new Map<string, PayoutDocument[]>();
    for (const status of ["signed", "broadcast"] as const) {
      for await (const document of eachDocument((page) => this.#modules.payouts.byStatus(status, page))) {
        const key = document.txid ?? document._id;
        byTransaction.set(key, [...(byTransaction.get(key) ?? []), document]);
      }
    }
    return byTransaction;
  }

  /**
   * A document whose transaction does not pay it was changed: it fails, unless that transaction may still be included, and
   * nothing of it is sent. One whose router is not in the settings is left alone.
   */
  async #read(documents: readonly PayoutDocument[]) {
    let kept: KeptTransaction | undefined;
    let fault: PayoutServiceError | undefined;
    let waiting = 0;
    const rows: PayoutDocument[] = [];
    for (const document of documents) {
      const read = readKeptTransaction(document, this.#terms.routers);
      if ("fault" in read && read.unknownRouter !== undefined) {
        const { unknownRouter: router } = read;
        fault ??= settingsDiffer(document._id, { kind: "router", router }, this.#terms);
        continue;
      }
      if ("fault" in read) {
        fault ??= new PayoutServiceError({
          code: "PAYOUT_BYTES_DIFFER",
          payoutId: document._id,
          reason: read.fault,
        });
        if (await this.#mayBeIncluded(document)) waiting = 1;
        else if (!(await confirmPaid(document, this.#terms.routers, this.#modules))) {
          await this.#fail(document, `its transaction was changed: ${read.fault}`);
        }
        continue;
      }
      kept ??= read;
      rows.push(document);
    }
    return { kept, rows, fault, waiting };
  }

  /** Whether the transaction that a changed document names may still be included. */
  async #mayBeIncluded({ txid, expires_at: expiresAt = 0 }: PayoutDocument): Promise<boolean> {
    return txid !== undefined && (await this.#modules.tron.fate(txid, expiresAt)).kind === "open";
  }

  async #finish(
    kept: KeptTransaction,
    rows: readonly PayoutDocument[],
    info: TransactionInfo,
  ): Promise<void> {
    const { token, treasury } = await this.#modules.chain.parties(kept.router);
    const parties = { router: kept.router.address, token, treasury };
    const outcomes = rowOutcomes(info, kept.payments, parties);
    this.#modules.onEvent({ kind: "charged", txid: kept.txid, fee: info.fee });
    for (const document of rows) {
      await this.#finishRow(document, outcomes.get(document._id) as RowOutcome, kept, info.blockNumber);
    }
  }

  async #finishRow(
    document: PayoutDocument,
    outcome: RowOutcome,
    kept: KeptTransaction,
    block: number,
  ): Promise<void> {
    const { _id: payoutId, usdt_amount: amount } = document;
    if (outcome.kind === "unexplained") return await this.#fail(document, outcome.reason);
    if (outcome.kind === "paid") {
      const unset = ["error", "signed_transaction", "expires_at"] as const;
      const isMoved = await this.#move(document, "confirmed", { block_number: block }, unset);
      if (isMoved) this.#modules.onEvent({ kind: "confirmed", payoutId, txid: kept.txid, amount });
      return;
    }
    const size = kept.payments.length;
    const attempts = (this.#attempts.get(payoutId) ?? 0) + (isAttempt(outcome.error, size) ? 1 : 0);
    this.#attempts.set(payoutId, attempts);
    const next = afterRefusal(outcome.error, batchValues(outcome.error, outcome.values, size), attempts);
    if (next.kind === "failed") return await this.#fail(document, next.error);
    const error = next.kind === "again" ? next.error : outcome.error;
    const expired = expiredTransactions(document);
    if (!(await this.#move(document, "pending", errorWithExpired(error, expired), SETTLED))) return;
    if (next.kind === "hold") await this.#hold(payoutId, outcome.error);
    if (next.kind === "voided") await this.#refuseVoided(payoutId, kept);
    if (next.kind === "spent") await this.#refuse(payoutId, PAID_ELSEWHERE, expired);
    if (next.kind === "again") this.#modules.onEvent({ kind: "again", payoutId, error });
  }

  async #hold(payoutId: string, refusal: string): Promise<void> {
    const { swapped } = await this.#modules.payouts.move(payoutId, "pending", "held", {
      error: HELD_FOR_KYC,
    });
    const detail = `its router refused it with ${refusal}; look at its approval (payout kyc approve)`;
    if (swapped) this.#modules.onEvent({ kind: "held", payoutId, reason: HELD_FOR_KYC, detail });
  }

  async #refuseVoided(payoutId: string, { router }: KeptTransaction): Promise<void> {
    const { ledger } = await this.#modules.chain.parties(router);
    if (!(await this.#modules.chain.isVoid(ledger, payoutId))) return;
    await this.#refuse(payoutId, VOIDED);
  }

  async #refuse(payoutId: string, reason: string, expired: readonly string[] = []): Promise<void> {
    const error = errorWithExpired(reason, expired);
    const { swapped } = await this.#modules.payouts.move(payoutId, "pending", "refused", error);
    if (swapped) this.#modules.onEvent({ kind: "refused", payoutId, reason });
  }

  /**
   * Rows of a dead transaction are pending again, once further looks agreed that it is dead. Those that the ledger knows
   * as paid all the same are not.
   *
   * @returns false where it is still to be looked at
   */
  async #giveBack({ txid, router }: KeptTransaction, rows: readonly PayoutDocument[]): Promise<boolean> {
    const looks = (this.#deadLooks.get(txid) ?? 0) + 1;
    this.#deadLooks.set(txid, looks);
    if (looks < DEAD_LOOKS) return false;
    const { ledger } = await this.#modules.chain.parties(router);
    const paid = new Set<string>();
    for (const { _id } of rows) if (await this.#modules.chain.isPaid(ledger, _id)) paid.add(_id);
    if (paid.size > 0 && looks < DEAD_LOOKS_PAID) return false;
    let isMine = true;
    for (const document of rows) {
      const expired = [...expiredTransactions(document), txid];
      const isMoved = await this.#move(document, "pending", errorWithExpired(undefined, expired), FORGOTTEN);
      isMine &&= isMoved;
      if (isMoved && paid.has(document._id)) await this.#refuse(document._id, PAID_ELSEWHERE, expired);
    }
    this.#deadLooks.delete(txid);
    // Somebody else moved some of them, and may have sent them again: that is looked at next.
    if (!isMine) return false;
    this.#modules.onEvent({ kind: "dead", txid, rows: rows.length });
    return true;
  }

  /** Sends it again where every row of it holds it, so that nothing is paid that the store does not know of. */
  async #resend(kept: KeptTransaction, rows: readonly PayoutDocument[]): Promise<void> {
    if (!this.#modules.broadcaster.isDue(kept.txid)) return;
    if (!(await this.#complete(kept, rows))) return;
    const answer = await this.#modules.broadcaster.send(kept);
    this.#modules.onEvent({ kind: "resent", txid: kept.txid, answer: answer.code });
    if (answer.meaning !== "accepted") return;
    for (const document of rows)
      if (document.status === "signed") await this.#move(document, "broadcast", {}, []);
  }

  /** Enters the transaction where it is missing: the process was killed while it was being saved. */
  async #complete(kept: KeptTransaction, rows: readonly PayoutDocument[]): Promise<boolean> {
    const { payouts } = this.#modules;
    const holding = new Set(rows.map(({ _id }) => _id));
    for (const { payoutId } of kept.payments.filter((payment) => !holding.has(payment.payoutId))) {
      const document = await payouts.get(payoutId);
      if (document?.txid === kept.txid && document.status !== "pending") continue;
      if (document?.status !== "pending" || "refused" in verifyRow(document, this.#terms)) return false;
      const progress = progressOf(kept);
      if ("fault" in readKeptTransaction({ ...document, ...progress }, this.#terms.routers)) return false;
      if (!(await payouts.move(payoutId, "pending", "signed", progress)).swapped) return false;
    }
    return true;
  }

  async #fail(document: PayoutDocument, error: string): Promise<void> {
    if (!(await this.#move(document, "failed", { error }, []))) return;
    this.#modules.onEvent({ kind: "failed", payoutId: document._id, error });
  }

  /** @returns false where somebody else moved it meanwhile */
  async #move(
    { _id, status, txid }: PayoutDocument,
    to: PayoutStatus,
    progress: PayoutProgress,
    unset: readonly (keyof PayoutProgress)[],
  ): Promise<boolean> {
    return (await this.#modules.payouts.move(_id, { status, txid }, to, progress, unset)).swapped;
  }
}

/** What a payout holds of the transaction that pays it. */
export const progressOf = ({
  txid,
  bytes,
  expiresAt,
}: Pick<KeptTransaction, "txid" | "bytes" | "expiresAt">) => ({
  txid,
  signed_transaction: bytes,
  expires_at: expiresAt,
});
