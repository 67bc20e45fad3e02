import { EVMError, type EVMResult } from "@ethereumjs/evm";
import type { RunOutcome } from "./run-types.ts";

const OUTCOMES: ReadonlyMap<string, RunOutcome> = new Map<string, RunOutcome>([
  [EVMError.errorMessages.REVERT, "REVERT"],
  [EVMError.errorMessages.OUT_OF_GAS, "OUT_OF_ENERGY"],
  [EVMError.errorMessages.CODESTORE_OUT_OF_GAS, "OUT_OF_ENERGY"],
  [EVMError.errorMessages.INVALID_OPCODE, "ILLEGAL_OPERATION"],
  [EVMError.errorMessages.INVALID_JUMP, "BAD_JUMP_DESTINATION"],
  [EVMError.errorMessages.STACK_UNDERFLOW, "STACK_TOO_SMALL"],
  [EVMError.errorMessages.STACK_OVERFLOW, "STACK_TOO_LARGE"],
]);

/** How a run ended, in the words of a receipt. */
export function outcomeOf({ execResult }: EVMResult): RunOutcome {
  const { exceptionError } = execResult;
  if (exceptionError === undefined) return "SUCCESS";
  return OUTCOMES.get(exceptionError.error) ?? "UNKNOWN";
}
