import { ContractInvalid } from "../errors.ts";
import { caughtUp, NO_USAGE } from "../resources/energy-factor.ts";
import { slotOf } from "../resources/usage.ts";
import type { Transaction, TransactionContract } from "../transaction/transaction.ts";
import type { Call, RunResult } from "../vm/run-types.ts";
import type { Execution, ExecutionContext, RunReceipt } from "./execution.ts";

/** What a trigger or a deployment asks of the machine. */
export interface RunRequest {
  /** 20 bytes; undefined for a deployment. */
  readonly to: Uint8Array | undefined;
  readonly data: Uint8Array;
  readonly value: bigint;
  /** 21 bytes in hex; of a deployment, the address that it will have. */
  readonly contractAddress: string;
}

/**
 * Runs a contract for a transaction, and takes its energy from the owner's balance. A run that fails is charged too:
 * what it used where it reverted, all that its fee limit or balance would buy otherwise.
 *
 * @throws {ContractInvalid}
 */
export async function runContract(
  transaction: Transaction,
  contract: TransactionContract,
  request: RunRequest,
  context: ExecutionContext,
): Promise<{ execution: Execution; result: RunResult }> {
  const { world, parameters, runner, block } = context;
  const owner = contract.owner.toString("hex");
  const balance = world.account(owner)?.balance ?? 0n;
  checkLimits(transaction, request.value, balance, parameters.maxFeeLimit);
  const price = world.prices.energy;
  const affordable = (balance - request.value) / price;
  const limited = transaction.feeLimit / price;
  const energyLimit = affordable < limited ? affordable : limited;
  const call: Call = {
    transactionId: Buffer.from(transaction.id, "hex"),
    from: contract.owner.subarray(1),
    ...(request.to === undefined ? {} : { to: request.to }),
    data: request.data,
    value: request.value,
    energyLimit,
    block,
  };
  const result = context.isOutOfTime(transaction)
    ? outOfTime(energyLimit)
    : await runner.run(world.layer, call);
  const energyFee = result.energyUsed * price;
  chargeEnergy(context, owner, energyFee);
  if (result.outcome === "SUCCESS") countUsage(context, result);
  const receipt: RunReceipt = {
    ...result,
    message: result.outcome === "OUT_OF_TIME" ? "Already Time Out" : result.message,
    energyFee,
    contractAddress: request.contractAddress,
  };
  return { execution: { fee: energyFee, run: receipt }, result };
}

function checkLimits(transaction: Transaction, value: bigint, balance: bigint, maxFeeLimit: bigint): void {
  const { feeLimit } = transaction;
  if (value < 0n) throw new ContractInvalid("callValue must be >= 0");
  if (feeLimit < 0n || feeLimit > maxFeeLimit)
    throw new ContractInvalid(`feeLimit must be >= 0 and <= ${maxFeeLimit}`);
  if (value > balance)
    throw new ContractInvalid("Validate InternalTransfer error, balance is not sufficient.");
}

function chargeEnergy({ world, headTime }: ExecutionContext, owner: string, fee: bigint): void {
  if (!world.burn(owner, fee)) throw new Error(`${owner} cannot pay the energy that it was limited to`);
  const account = world.account(owner);
  if (account === undefined) return;
  world.setAccount({ ...account, latestOperationTime: headTime, latestEnergySlot: slotOf(headTime) });
}

function countUsage({ world, parameters }: ExecutionContext, result: RunResult): void {
  for (const [address, energy] of result.usage) {
    if (world.contract(address) === undefined) continue;
    const usage = caughtUp(world.usage(address) ?? NO_USAGE, world.cycle, parameters);
    const energyUsage = usage.energyUsage + Number(energy);
    world.setUsage(address, { ...usage, energyUsage });
    if (energyUsage >= parameters.dynamicEnergyThreshold) world.markDear();
  }
}

const outOfTime = (energyLimit: bigint): RunResult => ({
  outcome: "OUT_OF_TIME",
  energyUsed: energyLimit,
  penalty: 0n,
  returnValue: new Uint8Array(0),
  logs: [],
  internalCalls: [],
  message: undefined,
  createdAddress: undefined,
  usage: new Map(),
});
