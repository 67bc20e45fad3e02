import type { Payouts } from "../../store/repositories/payouts.ts";
import { eachDocument } from "../../store/repositories/repository.ts";
import { VOIDED } from "../held-shares.ts";
import type { TronClient } from "../tron-client.ts";
import { OUT_OF_ROW_ENERGY, PAID_ELSEWHERE } from "./after-refusal.ts";
import { complianceOf, holdReason } from "./hold.ts";
import type { PayoutChain } from "./payout-chain.ts";
import type { OnPayoutEvent } from "./payout-event.ts";
import type { PayableRow } from "./router-calls.ts";
import { type RowTerms, verifyRow } from "./verify-row.ts";
import { type WorkItem, WorkList, workItem } from "./work-list.ts";

export interface DueTerms extends RowTerms {
  /** base58check */
  readonly token: string;
  readonly ledger: string;
}

export interface DueModules {
  readonly payouts: Payouts;
  readonly tron: TronClient;
  readonly chain: PayoutChain;
  readonly onEvent: OnPayoutEvent;
}

/** Payouts that are due: what is pending is checked before it is used, and what is held is looked at again. */
export class DueRows {
  readonly #terms: DueTerms;
  readonly #modules: DueModules;

  constructor(terms: DueTerms, modules: DueModules) {
    this.#terms = terms;
    this.#modules = modules;
  }

  /** What is due, after held payouts were looked at again. */
  async find(): Promise<WorkList> {
    await this.#reviewHeld();
    const items: WorkItem[] = [];
    const { payouts } = this.#modules;
    for await (const document of eachDocument((page) => payouts.byStatus("pending", page))) {
      items.push(workItem(document));
    }
    return new WorkList(items);
  }

  /** A held payout is freed when nothing stands against it any more, and refused once the ledger voided it. */
  async #reviewHeld(): Promise<void> {
    const { payouts, tron } = this.#modules;
    const { token, ledger, chainId } = this.#terms;
    let now: number | undefined;
    for await (const document of eachDocument((page) => payouts.byStatus("held", page))) {
      const { _id: payoutId } = document;
      const row = verifyRow(document, this.#terms);
      if ("refused" in row) await this.#refuse(payoutId, "held", row.refused);
      else if (await this.#modules.chain.isVoid(ledger, payoutId))
        await this.#refuse(payoutId, "held", VOIDED);
      else {
        now ??= (await tron.head()).timestamp;
        const modules = { chain: this.#modules.chain, chainId, token, now };
        if ((await holdReason(row, complianceOf(document), modules)) !== undefined) continue;
        const { swapped } = await payouts.move(payoutId, "held", "pending", {}, ["error"]);
        if (swapped) this.#modules.onEvent({ kind: "freed", payoutId });
      }
    }
  }

  /** Takes rows that can be paid together; those that are refused or held are moved there. */
  async take(work: WorkList, most: number): Promise<{ items: WorkItem[]; rows: PayableRow[] }> {
    const { payouts, tron } = this.#modules;
    const { token, chainId } = this.#terms;
    const { timestamp: now } = await tron.head();
    const items: WorkItem[] = [];
    const rows: PayableRow[] = [];
    while (rows.length < most) {
      const item = work.next(items[0]);
      if (item === undefined) break;
      const document = await payouts.get(item.payoutId);
      if (document?.status !== "pending") continue;
      const isAlone = document.error?.startsWith(OUT_OF_ROW_ENERGY) === true;
      if (isAlone && rows.length > 0) {
        work.putBack([item]);
        break;
      }
      const row = verifyRow(document, this.#terms);
      if ("refused" in row) {
        await this.#refuse(item.payoutId, "pending", row.refused);
        continue;
      }
      const compliance = complianceOf(document);
      const reason = await holdReason(row, compliance, { chain: this.#modules.chain, chainId, token, now });
      if (reason !== undefined) {
        await payouts.move(item.payoutId, "pending", "held", { error: reason });
        this.#modules.onEvent({ kind: "held", payoutId: item.payoutId, reason });
        continue;
      }
      items.push(item);
      rows.push({ ...row, compliance, isAlone });
      if (isAlone) break;
    }
    return { items, rows };
  }

  /** Rows that somebody else paid, and by which the statement falls short. @returns whether there are any */
  async refuseSpent(rows: readonly PayableRow[]): Promise<boolean> {
    let isAny = false;
    for (const { payoutId } of rows) {
      if (!(await this.#modules.chain.isPaid(this.#terms.ledger, payoutId))) continue;
      await this.#refuse(payoutId, "pending", PAID_ELSEWHERE);
      isAny = true;
    }
    return isAny;
  }

  async #refuse(payoutId: string, from: "pending" | "held", reason: string): Promise<void> {
    const { swapped } = await this.#modules.payouts.move(payoutId, from, "refused", { error: reason });
    if (swapped) this.#modules.onEvent({ kind: "refused", payoutId, reason });
  }
}
