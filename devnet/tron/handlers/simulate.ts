import { withPrefix } from "../address.ts";
import type { View } from "../answers/view.ts";
import { ContractInvalid } from "../errors.ts";
import type { Plain } from "../protobuf/codec.ts";
import { buildTransaction } from "../transaction/build.ts";
import type { Transaction } from "../transaction/transaction.ts";
import type { RunResult } from "../vm/run-types.ts";
import type { CallParameters } from "./call-parameters.ts";

/** The energy that a call may use where nobody pays for it. */
export const CONSTANT_CALL_ENERGY = 100_000_000n;

export interface Simulation {
  readonly transaction: Transaction;
  readonly result: RunResult;
}

/** Runs a call on a view's state and forgets what it wrote. @throws {ContractInvalid} */
export async function simulate(
  view: View,
  call: CallParameters,
  now: number,
  energyLimit = CONSTANT_CALL_ENERGY,
): Promise<Simulation> {
  const { chain, world } = view;
  if (call.contract !== undefined && world.contract(call.contract.toString("hex")) === undefined)
    throw new ContractInvalid("Smart contract is not exist.");
  if (call.value > (world.account(call.owner.toString("hex"))?.balance ?? 0n))
    throw new ContractInvalid("Validate InternalTransfer error, balance is not sufficient.");
  const transaction = callTransaction(view, call, now);
  const layer = world.layer.child();
  const { head } = view;
  const result = await chain.runner.run(layer, {
    transactionId: Buffer.from(transaction.id, "hex"),
    from: call.owner.subarray(1),
    ...(call.contract === undefined ? {} : { to: call.contract.subarray(1) }),
    data: call.data,
    value: call.value,
    energyLimit,
    block: { number: head.number, timestamp: head.timestamp, witness: head.witness.subarray(1, 21) },
  });
  return { transaction, result };
}

/** The transaction that would make a call. */
export function callTransaction(view: View, call: CallParameters, now: number): Transaction {
  const { owner, contract, data, value, feeLimit, permissionId } = call;
  const common = { now, feeLimit, permissionId };
  if (contract === undefined) {
    const declaration: Plain = {
      origin_address: owner,
      bytecode: data,
      call_value: value,
      consume_user_resource_percent: 100n,
      origin_energy_limit: 1n,
    };
    const message: Plain = { owner_address: owner, new_contract: declaration };
    return buildTransaction(view, { type: "CreateSmartContract", value: message, ...common });
  }
  const message: Plain = { owner_address: owner, contract_address: contract, call_value: value, data };
  return buildTransaction(view, { type: "TriggerSmartContract", value: message, ...common });
}

/** The class of the exception that ends a constant call for good; a revert is an answer. */
export function exceptionClass(result: RunResult): string | undefined {
  const prefix = "org.tron.core.vm.program.Program$";
  switch (result.outcome) {
    case "SUCCESS":
    case "REVERT":
      return undefined;
    case "OUT_OF_ENERGY":
      return `${prefix}OutOfEnergyException`;
    case "OUT_OF_TIME":
      return `${prefix}OutOfTimeException`;
    case "BAD_JUMP_DESTINATION":
      return `${prefix}BadJumpDestinationException`;
    case "STACK_TOO_SMALL":
      return `${prefix}StackTooSmallException`;
    case "STACK_TOO_LARGE":
      return `${prefix}StackTooLargeException`;
    case "TRANSFER_FAILED":
      return `${prefix}TransferException`;
    default:
      return `${prefix}IllegalOperationException`;
  }
}

export const createdAddress = ({ result }: Simulation): string | undefined =>
  result.createdAddress === undefined ? undefined : withPrefix(result.createdAddress.bytes).toString("hex");
