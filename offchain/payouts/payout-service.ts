import type { LucidError } from "../errors.ts";
import type { PayoutDocument } from "../store/documents.ts";
import type { Payouts } from "../store/repositories/payouts.ts";
import { eachDocument } from "../store/repositories/repository.ts";
import { STATEMENT_CLOSED } from "./refuse-closed.ts";
import { PAID_ELSEWHERE } from "./service/after-refusal.ts";
import { AmountGuard } from "./service/amount-guard.ts";
import { Broadcaster } from "./service/broadcaster.ts";
import { confirmPaid } from "./service/confirm-paid.ts";
import { DueRows } from "./service/due-rows.ts";
import { PayoutServiceError } from "./service/errors.ts";
import { errorWithExpired, expiredTransactions } from "./service/expired-transactions.ts";
import { failedAgain } from "./service/failed-again.ts";
import { FeeGuard } from "./service/fee-guard.ts";
import { FORGOTTEN, InFlight, progressOf } from "./service/in-flight.ts";
import { obstacleScope } from "./service/obstacle-scope.ts";
import { payableAgain } from "./service/payable-again.ts";
import { PayoutChain } from "./service/payout-chain.ts";
import {
  countEvent,
  emptySummary,
  type OnPayoutEvent,
  type PayoutEvent,
  type PayoutSummary,
} from "./service/payout-event.ts";
import { payableNow } from "./service/preflight.ts";
import { disburseCall, type PayableRow } from "./service/router-calls.ts";
import { StatementOpener } from "./service/statement-opener.ts";
import type { RowTerms } from "./service/verify-row.ts";
import { type WorkItem, type WorkList, workItem } from "./service/work-list.ts";
import type { PayoutClock } from "./tron/clock.ts";
import { TronError } from "./tron/errors.ts";
import { addressOfKey, type TronClient } from "./tron-client.ts";

export interface PayoutServiceOptions extends RowTerms {
  /** TRON_DISBURSER_KEY, hex. */
  readonly disburserKey: string;
  /** USDT_TRC20_ADDRESS and PAYOUT_LEDGER_ADDRESS, base58check. */
  readonly token: string;
  readonly ledger: string;
  /** The highest fee limit of one transaction, in sun. */
  readonly maxFee: bigint;
  /** The most that it pays in all, in micro-USDT, what is in flight included. @default any amount */
  readonly maxAmount?: bigint | undefined;
  /** Rows of a transaction: TRON ends one after 80 ms of its node's time. @default 20 */
  readonly rowsPerBatch?: number;
  /** Transactions that may be neither solidified nor dead. @default 4 */
  readonly maxInFlight?: number;
  /** Between two looks at the chain, in ms. @default 3,000 */
  readonly pollMs?: number;
  /** Between two looks for new payouts when there is nothing to do, in ms. @default 60,000 */
  readonly idleMs?: number;
  readonly onEvent?: OnPayoutEvent;
}

export interface PayoutServiceModules {
  /** The only collection that it reads and writes. */
  readonly payouts: Payouts;
  readonly tron: TronClient;
  readonly clock: PayoutClock;
}

/** @see PayoutServiceOptions.rowsPerBatch */
export const ROWS_PER_BATCH = 20;
const MAX_IN_FLIGHT = 4;
const POLL_MS = 3_000;
const IDLE_MS = 60_000;
/**
 * Before each row of a batch its router asks for 517,936 energy to be left, though a row takes a seventh of that; what is
 * not used is not charged.
 */
export const BATCH_RESERVE = 520_000n;
/** Refusals of what one of its own transactions may have paid all the same. */
const UNSURE = [PAID_ELSEWHERE, STATEMENT_CLOSED];
/** Nodes that do not answer so many times in a row are not waited for. */
const MAX_UNANSWERED = 5;

/** What a run remembers from one step to the next. */
interface Pass {
  work: WorkList | undefined;
  /** Why nothing more is sent. */
  stop: LucidError | undefined;
}

/**
 * Pays what planner and approver signed: pending → signed, with the bytes saved → broadcast → confirmed, or failed, held,
 * refused. It knows of a payout only what is in `payouts` and on TRON, and can be killed at any point: what is signed is
 * looked at first, is sent again as it is, and is replaced only when it is dead.
 */
export class PayoutService {
  /** The account that sends and pays fees, base58check. */
  readonly disburser: string;
  readonly #options: PayoutServiceOptions;
  readonly #modules: PayoutServiceModules;
  readonly #chain: PayoutChain;
  readonly #fees: FeeGuard;
  readonly #amounts: AmountGuard;
  readonly #broadcaster: Broadcaster;
  readonly #inFlight: InFlight;
  readonly #due: DueRows;
  readonly #opener: StatementOpener;
  #summary = emptySummary();

  constructor(options: PayoutServiceOptions, modules: PayoutServiceModules) {
    const { disburserKey: key, maxFee, rowsPerBatch = ROWS_PER_BATCH } = options;
    const { tron, clock, payouts } = modules;
    const onEvent = (event: PayoutEvent) => this.#report(event);
    this.disburser = addressOfKey(key);
    this.#options = options;
    this.#modules = modules;
    this.#chain = new PayoutChain(tron);
    this.#fees = new FeeGuard(this.disburser, maxFee, tron);
    this.#amounts = new AmountGuard(options.maxAmount, payouts);
    this.#broadcaster = new Broadcaster(tron, clock);
    const shared = { tron, chain: this.#chain, broadcaster: this.#broadcaster, onEvent };
    this.#inFlight = new InFlight(options, { ...shared, payouts });
    this.#due = new DueRows({ ...options, rowsPerBatch }, { payouts, tron, chain: this.#chain, onEvent });
    this.#opener = new StatementOpener({ key, disburser: this.disburser }, { ...shared, fees: this.#fees });
  }

  /**
   * One pass: settles what is in flight, looks again at what is held, and pays what is pending, until nothing more can be
   * done.
   *
   * @throws {PayoutServiceError} why it stopped, or why payouts are left over, after what was in flight is settled
   * @throws {TronError} at once where nodes do not do their part; the next run goes on
   * @throws the signal's reason where it is aborted
   */
  async run(signal?: AbortSignal): Promise<PayoutSummary> {
    this.#summary = emptySummary();
    try {
      return await this.#pass(signal);
    } finally {
      this.#due.forgetObstacles();
    }
  }

  async #pass(signal: AbortSignal | undefined): Promise<PayoutSummary> {
    await this.#modules.tron.requireNetwork();
    await this.#requireContracts();
    await this.#confirmPaid();
    const pass: Pass = { work: undefined, stop: undefined };
    for (let unanswered = 0; ; ) {
      signal?.throwIfAborted();
      try {
        const step = await this.#step(pass);
        if (step === "done") {
          const { obstacle } = this.#due;
          if (obstacle !== undefined) throw obstacle;
          return this.#summary;
        }
        unanswered = 0;
        if (step === "go-on") continue;
      } catch (error) {
        // It first settles what is in flight, then stops.
        if (isStop(error) && pass.stop === undefined) pass.stop = error;
        else if (!isUnanswered(error) || unanswered >= MAX_UNANSWERED) throw error;
        else unanswered += 1;
      }
      await this.#sleep(this.#options.pollMs ?? POLL_MS, signal);
    }
  }

  /** Passes until the signal is aborted, or something stops it. */
  async watch(signal: AbortSignal, onPass?: (summary: PayoutSummary) => void): Promise<void> {
    for (;;) {
      onPass?.(await this.run(signal));
      await this.#sleep(this.#options.idleMs ?? IDLE_MS, signal);
    }
  }

  /**
   * Failed payouts are pending again, but for those that the ledger knows as paid and those whose transaction may still be
   * included. So are refused ones that are payable by now, because the settings or the document were corrected.
   *
   * One that the settings do not fit is left as it is; the next run pays the others, and ends with PAYOUT_SETTINGS_DIFFER.
   *
   * @returns how many
   */
  async retryFailed(): Promise<number> {
    const { payouts, tron } = this.#modules;
    let count = 0;
    for await (const document of eachDocument((page) => payouts.byStatus("failed", page))) {
      const { _id, txid } = document;
      const again = await failedAgain(document, this.#options.ledger, { tron, chain: this.#chain });
      if ((await this.#confirm(document)) || again === undefined) continue;
      const settled = again.isSolidified ? (["txid"] as const) : [];
      const expired = errorWithExpired(undefined, expiredTransactions(document));
      const unset = [...FORGOTTEN, ...settled, ...("error" in expired ? [] : (["error"] as const))];
      if ((await payouts.move(_id, { status: "failed", txid }, "pending", expired, unset)).swapped)
        count += 1;
    }
    for await (const document of eachDocument((page) => payouts.byStatus("refused", page))) {
      const row = await payableAgain(document, this.#options, this.#chain);
      if (row === undefined) continue;
      if ("unfit" in row) {
        this.#due.leaveOut(workItem(document), "payout", row.unfit);
        continue;
      }
      const { swapped } = await payouts.move(document._id, "refused", "pending", {}, ["error"]);
      if (swapped) count += 1;
    }
    return count;
  }

  /** Payouts that are given up, and that one of their transactions paid after all. */
  async #confirmPaid(): Promise<void> {
    for (const status of ["failed", "refused"] as const) {
      for await (const document of eachDocument((page) => this.#modules.payouts.byStatus(status, page))) {
        const { error = "" } = document;
        const isUnsure = UNSURE.some((reason) => error.startsWith(reason));
        if (status === "failed" || isUnsure) await this.#confirm(document);
      }
    }
  }

  async #confirm(document: PayoutDocument): Promise<boolean> {
    const onEvent = (event: PayoutEvent) => this.#report(event);
    const modules = { ...this.#modules, chain: this.#chain, onEvent };
    return await confirmPaid(document, this.#options.routers, modules);
  }

  async #sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
    await this.#modules.clock.sleepUntil(this.#modules.clock.now() + ms, signal);
  }

  /**
   * @throws {PayoutServiceError} PAYOUT_ROUTER_DIFFERS where a router pays another token, or has another ledger;
   *   PAYOUT_ROLE_MISSING where planner or approver could not sign for it
   */
  async #requireContracts(): Promise<void> {
    for (const router of this.#options.routers) {
      for (const role of ["planner", "approver"] as const) {
        const account = this.#options.signers[role];
        if (await this.#chain.maySign(router, role, account)) continue;
        const missing = { contract: router.address, role: role.toUpperCase(), account };
        throw new PayoutServiceError({ code: "PAYOUT_ROLE_MISSING", ...missing });
      }
      const parties = await this.#chain.parties(router);
      for (const field of ["token", "ledger"] as const) {
        const [expected, found] = [this.#options[field], parties[field]];
        if (expected === found) continue;
        const { address } = router;
        throw new PayoutServiceError({
          code: "PAYOUT_ROUTER_DIFFERS",
          router: address,
          field,
          expected,
          found,
        });
      }
    }
  }

  /** One look at what is in flight, and one transaction more where there may be one. */
  async #step(pass: Pass): Promise<"go-on" | "wait" | "done"> {
    const open = await this.#settle(pass);
    if (pass.stop !== undefined) {
      if (open === 0) throw pass.stop;
      return "wait";
    }
    if (open >= (this.#options.maxInFlight ?? MAX_IN_FLIGHT)) return "wait";
    pass.work ??= await this.#due.find();
    const outcome = await this.#payNext(pass.work);
    if (outcome !== "nothing") return outcome;
    // Rows may have gone back to pending meanwhile.
    pass.work = undefined;
    if (open > 0) return "wait";
    pass.work = await this.#due.find();
    return pass.work.length > 0 ? "go-on" : "done";
  }

  async #settle(pass: Pass): Promise<number> {
    const { open, stop } = await this.#inFlight.settle();
    pass.stop ??= stop;
    return open;
  }

  /** Pays the next rows of one statement. `wait`: its opening is not solidified yet. */
  async #payNext(work: WorkList): Promise<"go-on" | "wait" | "nothing"> {
    const { items, rows } = await this.#due.take(work);
    const [first] = rows;
    if (first === undefined) return work.length > 0 ? "go-on" : "nothing";
    try {
      const batch = rows as [PayableRow, ...PayableRow[]];
      if (!(await this.#opener.isOpen(first, () => this.#countPayable(batch, work, first.total)))) {
        work.putBack(items);
        return "wait";
      }
      const count = await this.#countPayable(batch, work);
      if (count === 0) {
        work.putBack(items);
        return "go-on";
      }
      work.putBack(items.slice(count));
      await this.#send(rows.slice(0, count) as [PayableRow, ...PayableRow[]]);
      return "go-on";
    } catch (error) {
      const scope = obstacleScope(error);
      if (scope === "run") {
        if (isStop(error)) work.putBack(items);
        throw error;
      }
      const [item, ...others] = items as [WorkItem, ...WorkItem[]];
      this.#due.leaveOut(item, scope, error as LucidError);
      if (scope === "payout") work.putBack(others);
      else work.dropStatement(item);
      return "go-on";
    }
  }

  /**
   * How many rows can be paid; none where some of them turn out to be paid already.
   *
   * @param statementLeft of a statement that is not open yet, in micro-USDT. @default what the router says
   * @throws {PayoutServiceError} where not even the first row can be paid
   */
  async #countPayable(
    rows: readonly [PayableRow, ...PayableRow[]],
    work: WorkList,
    statementLeft?: bigint,
  ): Promise<number> {
    const [{ router, root }] = rows;
    const { token, ledger } = this.#options;
    const asked = await this.#chain.routerState(router, root, this.disburser);
    const state = statementLeft === undefined ? asked : { ...asked, statementLeft };
    const due = rows.reduce((sum, { amount }) => sum + amount, work.dueAt(router.address));
    const decision = payableNow(rows, state, { disburser: this.disburser, token, ledger, due });
    if ("count" in decision) return decision.count;
    const isSpent = decision.stop.code === "PAYOUT_STATEMENT_TOTAL" && (await this.#due.refuseSpent(rows));
    if (!isSpent) throw new PayoutServiceError(decision.stop);
    return 0;
  }

  /** Signs, saves the bytes in every row, and only then sends them. */
  async #send(rows: readonly [PayableRow, ...PayableRow[]]): Promise<void> {
    const { payouts, tron } = this.#modules;
    const [{ router }] = rows;
    const call = { contract: router.address, from: this.disburser, ...disburseCall(rows) };
    await this.#amounts.admit(rows);
    const fees = await this.#fees.feesOf(call, BATCH_RESERVE);
    const signed = await tron.signCall(call, fees.feeLimit, this.#options.disburserKey);
    for (const { payoutId } of rows) {
      const progress = {
        ...progressOf(signed),
        ...errorWithExpired(undefined, this.#due.earlierOf(payoutId)),
      };
      const unset = "error" in progress ? [] : (["error"] as const);
      const { swapped } = await payouts.move(payoutId, "pending", "signed", progress, unset);
      // Somebody else took it: these bytes are never sent, and rows that hold them are free once they expired.
      if (!swapped) return;
    }
    const answer = await this.#broadcaster.send(signed);
    const amount = rows.reduce((sum, row) => sum + row.amount, 0n);
    this.#report({ kind: "sent", txid: signed.txid, rows: rows.length, amount, answer: answer.code });
    if (answer.meaning !== "accepted") return;
    const state = { status: "signed", txid: signed.txid } as const;
    for (const { payoutId } of rows) await payouts.move(payoutId, state, "broadcast");
  }

  #report(event: PayoutEvent): void {
    countEvent(this.#summary, event);
    this.#amounts.count(event);
    this.#options.onEvent?.(event);
  }
}

const isUnanswered = (error: unknown) => error instanceof TronError && error.code === "TRON_UNREACHABLE";

/** It first settles what is in flight, then stops. */
const isStop = (error: unknown): error is LucidError =>
  error instanceof PayoutServiceError || (error instanceof TronError && error.code === "TRON_CALL_REVERTED");
