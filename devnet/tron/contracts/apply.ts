import { ContractInvalid, Refusal } from "../errors.ts";
import { type Bandwidth, consumeBandwidth } from "../resources/bandwidth.ts";
import type { Transaction, TransactionContract } from "../transaction/transaction.ts";
import { executeDeploy } from "./deploy.ts";
import type { Execution, ExecutionContext } from "./execution.ts";
import { executeTransfer } from "./transfer.ts";
import { executeTrigger } from "./trigger.ts";

/** What a transaction did and cost. */
export interface Receipt {
  readonly bandwidth: Bandwidth;
  /** In sun. */
  readonly memoFee: bigint;
  readonly execution: Execution;
}

/** All that a transaction cost, in sun. */
export const totalFee = ({ bandwidth, memoFee, execution }: Receipt): bigint =>
  bandwidth.fee + memoFee + execution.fee;

/** Its result as blocks and pending transactions show it. */
export const contractRet = ({ execution }: Receipt): string => execution.run?.outcome ?? "SUCCESS";

/**
 * Executes a transaction whose signature, reference and time were checked, into the context's world.
 *
 * @throws {Refusal} where it cannot be in a block at all; a contract that fails can, and is charged
 */
export async function applyTransaction(
  transaction: Transaction,
  context: ExecutionContext,
): Promise<Receipt> {
  const { contract } = transaction;
  if (contract === undefined) throw invalid("No contract!");
  const { world, headTime, parameters } = context;
  const bandwidth = consumeBandwidth(world, transaction, headTime, parameters);
  const memoFee = transaction.memo.length === 0 ? 0n : parameters.memoFee;
  if (!world.burn(contract.owner.toString("hex"), memoFee))
    throw new Refusal("BANDWITH_ERROR", "Account resource insufficient error.");
  try {
    return { bandwidth, memoFee, execution: await execute(transaction, contract, context) };
  } catch (error) {
    if (error instanceof ContractInvalid) throw invalid(error.message);
    throw error;
  }
}

async function execute(
  transaction: Transaction,
  contract: TransactionContract,
  context: ExecutionContext,
): Promise<Execution> {
  switch (contract.type) {
    case "TransferContract":
      return executeTransfer(contract.value, context);
    case "TriggerSmartContract":
      return await executeTrigger(transaction, contract, context);
    case "CreateSmartContract":
      return await executeDeploy(transaction, contract, context);
  }
}

const invalid = (reason: string) =>
  new Refusal("CONTRACT_VALIDATE_ERROR", `Contract validate error : ${reason}`);
