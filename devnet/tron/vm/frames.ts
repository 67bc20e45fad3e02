import type { EVMResult, Message } from "@ethereumjs/evm";
import { keccak, withPrefix } from "../address.ts";
import type { Call, InternalCall } from "./run-types.ts";
import { keyOf } from "./state-manager.ts";

interface Frame {
  /** The key in the state of the contract whose code runs. */
  readonly contract: string | undefined;
  /** Whether it got energy for free, since TRX came with the call. */
  readonly hasStipend: boolean;
  /** How many internal calls there were before it. */
  readonly before: number;
  childEnergy: bigint;
  /** What its calls got for free. */
  stipends: bigint;
}

/** Energy that a byte of a new contract's code costs, which is no use of the contract. */
const CODE_BYTE_ENERGY = 200;
const STIPEND = 2_300n;

/** Watches a run's frames: which calls contracts made, and how much energy each contract used by itself. */
export class Frames {
  readonly #call: Call;
  readonly #stack: Frame[] = [];
  readonly #calls: InternalCall[] = [];
  readonly usage = new Map<string, bigint>();

  constructor(call: Call) {
    this.#call = call;
  }

  enter(message: Message): void {
    const before = this.#calls.length;
    const internalCall = message.depth === 0 ? undefined : this.#internalCall(message);
    if (internalCall !== undefined) this.#calls.push(internalCall);
    const contract = message.to === undefined ? undefined : keyOf(message.to);
    const hasStipend = message.depth > 0 && message.to !== undefined && message.value > 0n;
    this.#stack.push({ contract, hasStipend, before, childEnergy: 0n, stipends: 0n });
  }

  leave({ execResult, createdAddress }: EVMResult): void {
    const frame = this.#stack.pop();
    if (frame === undefined) throw new Error("a frame ended that never began");
    const energy = execResult.executionGasUsed;
    const contract = frame.contract ?? (createdAddress === undefined ? undefined : keyOf(createdAddress));
    if (contract !== undefined && execResult.exceptionError === undefined) {
      const deposit = frame.contract === undefined ? execResult.returnValue.length * CODE_BYTE_ENERGY : 0;
      const own = energy - frame.childEnergy + frame.stipends - BigInt(deposit);
      this.usage.set(contract, (this.usage.get(contract) ?? 0n) + own);
    }
    const parent = this.#stack.at(-1);
    if (parent !== undefined) {
      parent.childEnergy += energy;
      if (frame.hasStipend) parent.stipends += STIPEND;
    }
    if (execResult.exceptionError !== undefined) this.#reject(frame.before);
  }

  internalCalls(isSuccess: boolean): readonly InternalCall[] {
    if (!isSuccess) this.#reject(0);
    return this.#calls;
  }

  #reject(from: number): void {
    for (const call of this.#calls.slice(from)) call.rejected = true;
  }

  #internalCall({ caller, to, value, delegatecall, isStatic }: Message): InternalCall | undefined {
    if (delegatecall || isStatic) return undefined;
    const number = Buffer.alloc(8);
    number.writeBigUInt64BE(BigInt(this.#calls.length));
    return {
      hash: keccak(Buffer.concat([this.#call.transactionId, number])),
      from: withPrefix(caller.bytes),
      to: to === undefined ? Buffer.alloc(0) : withPrefix(to.bytes),
      value,
      note: to === undefined ? "create" : "call",
      rejected: false,
    };
  }
}
