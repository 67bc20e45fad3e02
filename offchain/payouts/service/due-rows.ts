import type { LucidError } from "../../errors.ts";
import type { PayoutDocument } from "../../store/documents.ts";
import type { Payouts } from "../../store/repositories/payouts.ts";
import { eachDocument } from "../../store/repositories/repository.ts";
import type { TronClient } from "../tron-client.ts";
import { OUT_OF_ROW_ENERGY, PAID_ELSEWHERE, rowsAfter } from "./after-refusal.ts";
import { type ExamineTerms, examineRow, type RowExamination } from "./examine-row.ts";
import { errorWithExpired, knownTransactions } from "./expired-transactions.ts";
import type { Hold } from "./hold.ts";
import { joinableCount } from "./multiproof.ts";
import type { PayoutChain } from "./payout-chain.ts";
import type { OnPayoutEvent } from "./payout-event.ts";
import type { PayableRow } from "./router-calls.ts";
import { type WorkItem, WorkList, workItem } from "./work-list.ts";

export interface DueTerms extends ExamineTerms {
  /** Rows of a transaction at most. */
  readonly rowsPerBatch: number;
}

/** Rows, and the items that they were taken as. */
export interface TakenRows {
  readonly items: readonly WorkItem[];
  readonly rows: readonly PayableRow[];
}

export interface DueModules {
  readonly payouts: Payouts;
  readonly tron: TronClient;
  readonly chain: PayoutChain;
  readonly onEvent: OnPayoutEvent;
}

/**
 * Payouts that are due: what is pending is checked before it is used, and what is held is looked at again. A payout or a
 * whole statement that cannot be paid in this run is left as it is.
 */
export class DueRows {
  readonly #terms: DueTerms;
  readonly #modules: DueModules;
  /** By payoutId, or by router and root. */
  readonly #obstacles = new Map<string, LucidError>();
  /** Transactions of rows that are pending again because those are dead. */
  readonly #earlier = new Map<string, string[]>();
  #rowsPerBatch: number;

  constructor(terms: DueTerms, modules: DueModules) {
    this.#terms = terms;
    this.#rowsPerBatch = terms.rowsPerBatch;
    this.#modules = modules;
  }

  /** Why something is left over, in this run or in what was tried again before it; undefined where nothing is. */
  get obstacle(): LucidError | undefined {
    const [first] = this.#obstacles.values();
    return first;
  }

  forgetObstacles(): void {
    this.#obstacles.clear();
  }

  /** Leaves out a payout, or its whole statement, for the rest of the run. */
  leaveOut(item: WorkItem, scope: "payout" | "statement", error: LucidError): void {
    this.#obstacles.set(scope === "payout" ? item.payoutId : statementKey(item), error);
  }

  /** Ids of the dead transactions of a payout that was taken. */
  earlierOf(payoutId: string): readonly string[] {
    return this.#earlier.get(payoutId) ?? [];
  }

  /** What is due, after held payouts were looked at again. */
  async find(): Promise<WorkList> {
    await this.#reviewHeld();
    const items: WorkItem[] = [];
    const { payouts } = this.#modules;
    for await (const document of eachDocument((page) => payouts.byStatus("pending", page))) {
      this.#limitBatch(document);
      const item = workItem(document);
      if (!this.#obstacles.has(item.payoutId) && !this.#obstacles.has(statementKey(item))) items.push(item);
    }
    return new WorkList(items);
  }

  /** A held payout is freed when nothing prevents its payment any more, and refused once the ledger voided it. */
  async #reviewHeld(): Promise<void> {
    const { payouts, tron } = this.#modules;
    let now: number | undefined;
    for await (const document of eachDocument((page) => payouts.byStatus("held", page))) {
      const { _id: payoutId } = document;
      now ??= (await tron.head()).timestamp;
      const found = await this.#examine(document, now);
      if (found?.kind === "refused") await this.#refuse(payoutId, "held", found.reason);
      if (found?.kind !== "payable") continue;
      const { swapped } = await payouts.move(payoutId, "held", "pending", {}, ["error"]);
      if (swapped) this.#modules.onEvent({ kind: "freed", payoutId });
    }
  }

  /** Takes rows that can be paid with one proof; those that are refused or held are moved there. */
  async take(work: WorkList): Promise<TakenRows> {
    const { items, rows } = await this.#takeRows(work);
    const count = joinableCount(rows, rows[0]?.root ?? "");
    work.putBack(items.slice(count));
    return { items: items.slice(0, count), rows: rows.slice(0, count) };
  }

  async #takeRows(work: WorkList): Promise<TakenRows> {
    const { payouts, tron } = this.#modules;
    const { timestamp: now } = await tron.head();
    const items: WorkItem[] = [];
    const rows: PayableRow[] = [];
    while (rows.length < this.#rowsPerBatch) {
      const item = work.next(items[0]);
      if (item === undefined) break;
      const document = await payouts.get(item.payoutId);
      if (document?.status !== "pending") continue;
      this.#limitBatch(document);
      const isAlone = document.error?.startsWith(OUT_OF_ROW_ENERGY) === true;
      if (isAlone && rows.length > 0) {
        work.putBack([item]);
        break;
      }
      const found = await this.#examine(document, now);
      if (found?.kind === "refused") await this.#refuse(item.payoutId, "pending", found.reason);
      if (found?.kind === "held") await this.#hold(item.payoutId, found.hold);
      if (found?.kind !== "payable") continue;
      this.#earlier.set(item.payoutId, knownTransactions(document));
      items.push(item);
      rows.push({ ...found.row, compliance: found.compliance, isAlone });
      if (isAlone) break;
    }
    return { items, rows };
  }

  /** Rows that somebody else paid, and by which the statement falls short. @returns whether there are any */
  async refuseSpent(rows: readonly PayableRow[]): Promise<boolean> {
    let isAny = false;
    for (const { payoutId } of rows) {
      if (!(await this.#modules.chain.isPaid(this.#terms.ledger, payoutId))) continue;
      await this.#refuse(payoutId, "pending", PAID_ELSEWHERE, this.earlierOf(payoutId));
      isAny = true;
    }
    return isAny;
  }

  /** After a batch that ran out of time the next ones are half as large, in this run and the next. */
  #limitBatch({ error }: PayoutDocument): void {
    this.#rowsPerBatch = Math.min(this.#rowsPerBatch, rowsAfter(error) ?? this.#rowsPerBatch);
  }

  /** Checks a row; undefined where the settings do not fit it, so that it is left as it is. */
  async #examine(
    document: PayoutDocument,
    now: number,
  ): Promise<Exclude<RowExamination, { kind: "unfit" }> | undefined> {
    const found = await examineRow(document, this.#terms, { chain: this.#modules.chain, now });
    if (found.kind !== "unfit") return found;
    this.leaveOut(workItem(document), "payout", found.error);
    return undefined;
  }

  async #hold(payoutId: string, hold: Hold): Promise<void> {
    const { swapped } = await this.#modules.payouts.move(payoutId, "pending", "held", { error: hold.reason });
    if (swapped) this.#modules.onEvent({ kind: "held", payoutId, ...hold });
  }

  async #refuse(
    payoutId: string,
    from: "pending" | "held",
    reason: string,
    expired: readonly string[] = [],
  ): Promise<void> {
    const error = errorWithExpired(reason, expired);
    const { swapped } = await this.#modules.payouts.move(payoutId, from, "refused", error);
    if (swapped) this.#modules.onEvent({ kind: "refused", payoutId, reason });
  }
}

const statementKey = ({ router, root }: WorkItem) => `${router} ${root}`;
