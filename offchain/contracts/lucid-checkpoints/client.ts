import type { TransactionReceipt, Wallet } from "ethers";
import type { EvmClient } from "../../evm/transactions/evm-client.ts";
import { ContractCalls } from "../contract-calls.ts";
import type { ContractLocation } from "../deployment.ts";
import { lucidCheckpoints } from "./descriptor.ts";
import { LucidCheckpointsReader } from "./reader.ts";

/**
 * LucidCheckpoints, typed. Attesting needs a signer with REGISTRAR_ROLE of LucidAnchors, reading nothing.
 *
 * Every method throws ContractError with the custom error's name and values when the contract refuses, and
 * EvmError when the chain cannot be reached.
 */
export class LucidCheckpointsClient extends LucidCheckpointsReader {
  readonly #calls: ContractCalls<typeof lucidCheckpoints>;

  constructor(location: ContractLocation, { evm }: { evm: EvmClient }) {
    super(location, { evm });
    const { contract } = this;
    this.#calls = new ContractCalls(lucidCheckpoints, { contract, address: location.address, evm });
  }

  /** Attests the root of an epoch, permanently; the same root again does nothing. */
  attestEpoch(signer: Wallet, epoch: number, root: string): Promise<TransactionReceipt> {
    return this.#calls.send(signer, "attestEpoch", [root], [epoch, root]);
  }
}
