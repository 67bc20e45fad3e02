import { ContractInvalid } from "../errors.ts";
import type { Transaction, TransactionContract } from "../transaction/transaction.ts";
import type { Execution, ExecutionContext } from "./execution.ts";
import { runContract } from "./run-contract.ts";

/** Calls a contract. @throws {ContractInvalid} */
export async function executeTrigger(
  transaction: Transaction,
  contract: TransactionContract,
  context: ExecutionContext,
): Promise<Execution> {
  const { contract_address: address, data, call_value: value } = contract.value;
  const bytes = (address as Buffer | undefined) ?? Buffer.alloc(0);
  const contractAddress = bytes.toString("hex");
  if (context.world.contract(contractAddress) === undefined)
    throw new ContractInvalid("No contract or not a smart contract");
  const request = {
    to: bytes.subarray(1),
    data: (data as Buffer | undefined) ?? Buffer.alloc(0),
    value: (value as bigint | undefined) ?? 0n,
    contractAddress,
  };
  const { execution } = await runContract(transaction, contract, request, context);
  return execution;
}
