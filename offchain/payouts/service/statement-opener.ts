import { payoutRefusal } from "../contracts/payout-refusal.ts";
import { TronError } from "../tron/errors.ts";
import type { SignedTransaction } from "../tron/signed-transaction.ts";
import type { TronClient } from "../tron-client.ts";
import type { Broadcaster } from "./broadcaster.ts";
import { PayoutServiceError } from "./errors.ts";
import type { FeeGuard } from "./fee-guard.ts";
import type { PayoutChain } from "./payout-chain.ts";
import type { OnPayoutEvent } from "./payout-event.ts";
import { openCall } from "./router-calls.ts";
import { failureOf } from "./row-outcomes.ts";
import { statementAccess } from "./statement-access.ts";
import type { PlannedRow } from "./verify-row.ts";

const PURPOSE = "Opening the statement";

/**
 * Opens statements with the signatures in their rows. Nothing is kept of it: a second opening reverts, and moves no money.
 */
export class StatementOpener {
  readonly #key: string;
  readonly #disburser: string;
  readonly #tron: TronClient;
  readonly #chain: PayoutChain;
  readonly #fees: FeeGuard;
  readonly #broadcaster: Broadcaster;
  readonly #onEvent: OnPayoutEvent;
  readonly #sent = new Map<string, SignedTransaction>();

  constructor(
    { key, disburser }: { readonly key: string; readonly disburser: string },
    modules: {
      readonly tron: TronClient;
      readonly chain: PayoutChain;
      readonly fees: FeeGuard;
      readonly broadcaster: Broadcaster;
      readonly onEvent: OnPayoutEvent;
    },
  ) {
    this.#key = key;
    this.#disburser = disburser;
    this.#tron = modules.tron;
    this.#chain = modules.chain;
    this.#fees = modules.fees;
    this.#broadcaster = modules.broadcaster;
    this.#onEvent = modules.onEvent;
  }

  /**
   * Whether a row's statement is open for good; sends the opening where it is not. What is open in a block that may still
   * be replaced is not open yet: a batch that rests on it would revert, and be charged.
   *
   * @param requirePayable throws where nothing of the statement could be paid once it is open, so that nothing is spent
   * on opening it
   * @throws {PayoutServiceError} PAYOUT_STATEMENT_CLOSED, PAYOUT_PERIOD_TAKEN
   * @throws {TronError} TRON_CALL_REVERTED, TRON_TRANSACTION_FAILED
   */
  async isOpen(row: PlannedRow, requirePayable: () => Promise<unknown>): Promise<boolean> {
    const access = await statementAccess(row, this.#chain);
    if (access.kind === "open") {
      await this.#settle(row);
      return true;
    }
    if (await this.#isUnderWay(row)) return false;
    if (access.kind === "barred") throw new PayoutServiceError(access.stop);
    if (access.kind === "opening") return false;
    await requirePayable();
    await this.#send(row);
    return false;
  }

  async #send(row: PlannedRow): Promise<void> {
    const { router, root } = row;
    const call = { contract: router.address, from: this.#disburser, ...openCall(row) };
    const fees = await this.#fees.feesOf(call, 0n);
    const signed = await this.#tron.signCall(call, fees.feeLimit, this.#key);
    this.#sent.set(keyOf(row), signed);
    this.#onEvent({ kind: "opening", router: router.address, root, txid: signed.txid });
    await this.#broadcaster.send(signed);
  }

  /** Counts what an opening from here cost. */
  async #settle(row: PlannedRow): Promise<void> {
    const sent = this.#sent.get(keyOf(row));
    if (sent === undefined) return;
    const info = await this.#tron.solidified(sent.txid);
    if (info !== undefined) this.#onEvent({ kind: "charged", txid: info.txid, fee: info.fee });
    this.#sent.delete(keyOf(row));
  }

  /** Whether an opening that was sent from here may still be included, or was. */
  async #isUnderWay(row: PlannedRow): Promise<boolean> {
    const sent = this.#sent.get(keyOf(row));
    if (sent === undefined) return false;
    const { txid, expiresAt } = sent;
    const fate = await this.#tron.fate(txid, expiresAt);
    if (fate.kind === "open") {
      if (this.#broadcaster.isDue(txid)) await this.#broadcaster.send(sent);
      return true;
    }
    this.#sent.delete(keyOf(row));
    if (fate.kind === "dead") return false;
    const { info } = fate;
    this.#onEvent({ kind: "charged", txid, fee: info.fee });
    if (info.result === "SUCCESS") return true;
    const { remedy } = payoutRefusal(info.returned);
    const { error } = failureOf(info);
    // Somebody else opened it first: that is as good.
    if (error === "StatementExists") return true;
    throw new TronError({
      code: "TRON_TRANSACTION_FAILED",
      ...{ txid, purpose: PURPOSE, result: info.result, error, remedy },
    });
  }
}

const keyOf = ({ router, root }: PlannedRow) => `${router.address} ${root}`;
