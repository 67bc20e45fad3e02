import type { InterpreterStep } from "@ethereumjs/evm";
import type { RunOutcome } from "./run-types.ts";

/** Remembers the last step of the outermost frame, where a run that failed stopped. */
export class Trace {
  #last: InterpreterStep | undefined;

  record(step: InterpreterStep): void {
    if (step.depth === 0) this.#last = step;
  }

  /** What failed, as a receipt's message says it. */
  describe(outcome: RunOutcome, energyLimit: bigint): string | undefined {
    const step = this.#last;
    if (step === undefined) return undefined;
    const { opcode } = step;
    switch (outcome) {
      case "OUT_OF_ENERGY": {
        const used = energyLimit - step.gasLeft;
        const cost = opcode.dynamicFee ?? BigInt(opcode.fee);
        return `Not enough energy for '${opcode.name}' operation executing: curInvokeEnergyLimit[${energyLimit}], curOpEnergy[${cost}], usedEnergy[${used}]`;
      }
      case "ILLEGAL_OPERATION":
        return `Invalid operation code: opCode[${opcode.code.toString(16).padStart(2, "0")}];`;
      case "BAD_JUMP_DESTINATION":
        return `Operation with pc isn't 'JUMPDEST': PC[${step.stack.at(-1) ?? 0n}];`;
      case "STACK_TOO_SMALL":
        return `Expected stack size ${step.stack.length + 1} but actual ${step.stack.length};`;
      case "STACK_TOO_LARGE":
        return "Expected: overflow 1024 elements stack limit";
      default:
        return undefined;
    }
  }
}
