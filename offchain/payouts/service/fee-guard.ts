import { feesOf, missingForFees, type TronFees } from "../tron/fees.ts";
import type { TronCall, TronClient } from "../tron-client.ts";
import { PayoutServiceError } from "./errors.ts";

/** Bytes of a signed call around its data. */
const CALL_BYTES = 230;

/** What transactions may cost, and whether the account can pay for them. Prices are read before each. */
export class FeeGuard {
  readonly #account: string;
  readonly #ceiling: bigint;
  readonly #tron: TronClient;

  /**
   * @param account that pays, base58check
   * @param ceiling the highest fee limit of one transaction, in sun
   */
  constructor(account: string, ceiling: bigint, tron: TronClient) {
    this.#account = account;
    this.#ceiling = ceiling;
    this.#tron = tron;
  }

  /**
   * Fees of a call as things are now, estimated by a constant call.
   *
   * @param reserve energy that has to be left over
   * @throws {PayoutServiceError} PAYOUT_FEE_CEILING, PAYOUT_FEES_SHORT
   * @throws {TronError} TRON_CALL_REVERTED
   */
  async feesOf(call: TronCall, reserve: bigint): Promise<TronFees> {
    return await this.feesOfEnergy(
      await this.#tron.energyOf(call),
      reserve,
      call.data.length / 2 + CALL_BYTES,
    );
  }

  /** @param bytes of the signed transaction */
  async feesOfEnergy(energy: bigint, reserve: bigint, bytes: number): Promise<TronFees> {
    const [prices, account] = await Promise.all([this.#tron.prices(), this.#tron.account(this.#account)]);
    const fees = feesOf({ energy, reserve, bytes }, prices, account);
    const ceiling = this.#ceiling < prices.maxFeeLimit ? this.#ceiling : prices.maxFeeLimit;
    const { feeLimit } = fees;
    if (feeLimit > ceiling) {
      throw new PayoutServiceError({
        code: "PAYOUT_FEE_CEILING",
        ...{ feeLimit, ceiling, energyPrice: prices.energy },
      });
    }
    const missing = missingForFees(fees, prices, account);
    if (missing === 0n) return fees;
    throw new PayoutServiceError({
      code: "PAYOUT_FEES_SHORT",
      account: this.#account,
      ...{ feeLimit, energy: account.energy, balance: account.balance, missing },
    });
  }
}
