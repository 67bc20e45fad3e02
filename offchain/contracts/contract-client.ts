import type { BaseContract, Wallet } from "ethers";
import type { CallBounds } from "../evm/gas/call-bounds.ts";
import type { EvmClient } from "../evm/transactions/evm-client.ts";
import { ContractCalls } from "./contract-calls.ts";
import { ContractReader } from "./contract-reader.ts";
import type { ContractLocation } from "./deployment.ts";
import type { ContractDescriptor } from "./descriptor.ts";

/** What clients that read and write share. */
export abstract class ContractClient<
  Contract extends BaseContract,
  Descriptor extends ContractDescriptor = ContractDescriptor,
> extends ContractReader<Contract> {
  protected readonly calls: ContractCalls<Descriptor>;

  constructor(descriptor: Descriptor, contract: Contract, location: ContractLocation, evm: EvmClient) {
    super(descriptor.name, contract, location, evm);
    this.calls = new ContractCalls(descriptor, { contract, address: location.address, evm });
  }

  /** How much gas a call may have on this chain. */
  bounds(): Promise<CallBounds> {
    return this.calls.bounds();
  }

  /** Finishes what an earlier run signed with this account; see EvmClient. */
  resume(signer: Wallet): Promise<number> {
    return this.calls.resume(signer);
  }
}
