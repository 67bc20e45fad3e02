import { dataSlice, Transaction } from "ethers";
import type { GasHistory } from "../evm/gas/gas-estimate.ts";
import { intrinsicGas, NO_FLOOR } from "../evm/gas/intrinsic-gas.ts";
import type { FitSample } from "../evm/gas/linear-fit.ts";
import type { AnchorTransactions } from "../store/repositories/anchor-transactions.ts";
import { eachDocument } from "../store/repositories/repository.ts";
import { callCodec } from "./call-codec.ts";

/** Receipts of the newest calls: older ones may come from a chain with other prices. */
const MAX_SAMPLES = 500;
const SELECTOR_BYTES = 4;

/** Execution gas from the receipts that are stored with the transactions. */
export class RecordedGas implements GasHistory {
  readonly #transactions: AnchorTransactions;

  constructor(transactions: AnchorTransactions) {
    this.#transactions = transactions;
  }

  async samples(action: string): Promise<readonly FitSample[]> {
    const selector = callCodec.selectorOf(action);
    const samples: FitSample[] = [];
    for await (const document of eachDocument((page) => this.#transactions.all(page))) {
      const { gas_used: used, status, raw_signed } = document;
      if (used === undefined || status === "failed") continue;
      const { data } = Transaction.from(raw_signed);
      if (data === "0x" || dataSlice(data, 0, SELECTOR_BYTES) !== selector) continue;
      // If the calldata floor was paid, the execution used less than this: an estimate that is too high is the safe error.
      samples.push({
        items: callCodec.countItems(action, data),
        gas: used - intrinsicGas(data, NO_FLOOR).intrinsic,
      });
      if (samples.length === MAX_SAMPLES) break;
    }
    return samples;
  }
}
