import { internalCallToJson, logToJson } from "../answers/info-to-json.ts";
import { ContractInvalid, JavaError } from "../errors.ts";
import type { JsonObject } from "../json/parse-json.ts";
import { transactionToJson } from "../transaction/to-json.ts";
import { isViewFunction } from "./abi.ts";
import { callParameters } from "./call-parameters.ts";
import type { CallRequest } from "./request.ts";
import { callTransaction, createdAddress, exceptionClass, type Simulation, simulate } from "./simulate.ts";

/** Runs a call and answers its result. A revert is a success whose message says so. */
export async function triggerConstantContract(request: CallRequest): Promise<JsonObject> {
  return await answered(request, async () => {
    return constantAnswer(
      await simulate(request.view, callParameters(request), request.now),
      request.isVisible,
    );
  });
}

/** Builds the transaction of a call; a function that its ABI calls a view is run instead. */
export async function triggerSmartContract(request: CallRequest): Promise<JsonObject> {
  return await answered(request, async () => {
    const call = callParameters(request);
    const { view, now, isVisible } = request;
    const contract = view.world.contract(call.contract?.toString("hex") ?? "");
    if (contract === undefined) throw new ContractInvalid("No contract or not a valid smart contract");
    if (isViewFunction(contract.declaration, call.data))
      return constantAnswer(await simulate(view, call, now), isVisible);
    const transaction = callTransaction(view, call, now);
    return {
      result: { result: true },
      transaction: { visible: isVisible, ...transactionToJson(transaction, isVisible) },
    };
  });
}

function constantAnswer(simulation: Simulation, isVisible: boolean): JsonObject {
  const { transaction, result } = simulation;
  const exception = exceptionClass(result);
  if (exception !== undefined) throw new JavaError(exception, result.message ?? result.outcome);
  const isReverted = result.outcome === "REVERT";
  const created = createdAddress(simulation);
  const { logs, internalCalls } = result;
  return {
    result: { result: true, ...(isReverted ? { message: shown("REVERT opcode executed", isVisible) } : {}) },
    energy_used: result.energyUsed,
    ...(result.penalty === 0n ? {} : { energy_penalty: result.penalty }),
    constant_result: [Buffer.from(result.returnValue).toString("hex")],
    ...(logs.length === 0 ? {} : { logs: logs.map((log) => logToJson(log, isVisible)) }),
    transaction: {
      ret: [isReverted ? { ret: "FAILED" } : {}],
      visible: isVisible,
      ...(created === undefined ? {} : { contract_address: created }),
      ...transactionToJson(transaction, isVisible),
    },
    ...(internalCalls.length === 0
      ? {}
      : { internal_transactions: internalCalls.map((call) => internalCallToJson(call, isVisible)) }),
  };
}

/** Turns a failure into the answer of a call: a code, and a message that is hex unless `visible` is asked for. */
export async function answered(
  { isVisible }: CallRequest,
  work: () => Promise<JsonObject>,
): Promise<JsonObject> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ContractInvalid)
      return { result: { code: "CONTRACT_VALIDATE_ERROR", message: shown(error.message, isVisible) } };
    if (error instanceof JavaError)
      return { result: { code: "OTHER_ERROR", message: shown(error.text, isVisible) } };
    throw error;
  }
}

export const shown = (text: string, isVisible: boolean): string =>
  isVisible ? text : Buffer.from(text).toString("hex");
