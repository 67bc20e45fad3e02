import type { EVMResult, InterpreterStep, Message } from "@ethereumjs/evm";
import { Address } from "@ethereumjs/util";
import type { ChainParameters } from "../chain-parameters.ts";
import { caughtUp } from "../resources/energy-factor.ts";
import { Layer } from "../state/layer.ts";
import { World } from "../state/world.ts";
import { Frames } from "./frames.ts";
import { CpuTimeout, SelfTransfer } from "./operations.ts";
import { outcomeOf } from "./outcome.ts";
import type { Call, RunOutcome, RunResult } from "./run-types.ts";
import { keyOf, LayeredStateManager } from "./state-manager.ts";
import { Trace } from "./trace.ts";
import { type BlockHashes, Tvm } from "./tvm.ts";

/** Jumps that a run may make: about what a node does in its 80 ms. */
const MOST_JUMPS = 100_000;

/** Runs calls on a state, one at a time. */
export class Runner {
  readonly #chainId: bigint;
  readonly #blockHashes: BlockHashes;
  readonly #parameters: ChainParameters;
  #machines: Machines;

  constructor(chainId: bigint, blockHashes: BlockHashes, parameters: ChainParameters) {
    this.#chainId = chainId;
    this.#blockHashes = blockHashes;
    this.#parameters = parameters;
    this.#machines = newMachines(chainId, blockHashes);
  }

  /** Runs `call` on `layer`, into which a success writes. */
  async run(layer: Layer, call: Call): Promise<RunResult> {
    const first = await this.#attempt(layer, call, undefined);
    if (!EXPLAINED_BY_TRACE.includes(first.outcome)) return first;
    // Only a step by step run knows where it failed, and is many times slower.
    const trace = new Trace();
    const second = await this.#attempt(layer, call, trace);
    return { ...second, message: trace.describe(second.outcome, call.energyLimit) };
  }

  async #attempt(layer: Layer, call: Call, trace: Trace | undefined): Promise<RunResult> {
    const { state } = this.#machines;
    const world = new World(layer);
    const dearness = (address: Uint8Array) => {
      const usage = world.usage(keyOf(new Address(address)));
      return usage === undefined ? 0 : caughtUp(usage, world.cycle, this.#parameters).energyFactor;
    };
    const machine = world.isAnyDear ? this.#machines.dear : this.#machines.plain;
    state.use(layer.child(), call.block.timestamp);
    machine.begin(call.transactionId);
    machine.limits.jumpsLeft = MOST_JUMPS;
    machine.limits.dearness = dearness;
    machine.limits.energyLimit = call.energyLimit;
    const frames = new Frames(call);
    const onStep = trace === undefined ? undefined : (step: InterpreterStep) => trace.record(step);
    const onBefore = (message: Message) => frames.enter(message);
    const onAfter = (result: EVMResult) => frames.leave(result);
    machine.events.on("beforeMessage", onBefore);
    machine.events.on("afterMessage", onAfter);
    if (onStep !== undefined) machine.events.on("step", onStep);
    try {
      const result = await machine.runCall(this.#options(call, world));
      const outcome = outcomeOf(result);
      if (outcome === "SUCCESS") state.world.layer.commit();
      return this.#result(result, outcome, machine, frames);
    } catch (error) {
      // The machine stopped in the middle of its frames; a new one begins with none.
      this.#machines = newMachines(this.#chainId, this.#blockHashes);
      if (!(error instanceof CpuTimeout || error instanceof SelfTransfer)) throw error;
      return cutShort(call, error);
    } finally {
      machine.events.off("beforeMessage", onBefore);
      machine.events.off("afterMessage", onAfter);
      if (onStep !== undefined) machine.events.off("step", onStep);
      machine.transientStorage.clear();
      machine.journal.cleanJournal();
    }
  }

  #options(call: Call, world: World) {
    const price = world.prices.energy;
    const header = {
      number: BigInt(call.block.number),
      coinbase: new Address(call.block.witness),
      timestamp: BigInt(Math.floor(call.block.timestamp / 1_000)),
      difficulty: 0n,
      prevRandao: new Uint8Array(32),
      gasLimit: 0n,
      baseFeePerGas: price,
      slotNumber: 0n,
      getBlobGasPrice: () => undefined,
    };
    return {
      caller: new Address(call.from),
      ...(call.to === undefined ? {} : { to: new Address(call.to) }),
      data: call.data,
      value: call.value,
      gasLimit: call.energyLimit,
      gasPrice: price,
      block: { header } as unknown as NonNullable<Parameters<Tvm["runCall"]>[0]["block"]>,
      skipNonceIncrement: true,
    };
  }

  #result(result: EVMResult, outcome: RunOutcome, machine: Tvm, frames: Frames): RunResult {
    const { execResult } = result;
    const logs = (execResult.logs ?? []).map(([address, topics, data]) => ({ address, topics, data }));
    return {
      outcome,
      energyUsed: execResult.executionGasUsed,
      penalty: machine.limits.penalty,
      returnValue: outcome === "SUCCESS" || outcome === "REVERT" ? execResult.returnValue : new Uint8Array(0),
      logs,
      internalCalls: frames.internalCalls(outcome === "SUCCESS"),
      message: outcome === "REVERT" ? "REVERT opcode executed" : undefined,
      createdAddress: result.createdAddress,
      usage: frames.usage,
    };
  }
}

/** The machines on one state: that which counts contracts' energy factors is several times slower. */
interface Machines {
  readonly state: LayeredStateManager;
  readonly plain: Tvm;
  readonly dear: Tvm;
}

function newMachines(chainId: bigint, blockHashes: BlockHashes): Machines {
  const state = new LayeredStateManager(new Layer());
  return {
    state,
    plain: new Tvm(state, chainId, blockHashes),
    dear: new Tvm(state, chainId, blockHashes, true),
  };
}

const EXPLAINED_BY_TRACE: readonly RunOutcome[] = [
  "OUT_OF_ENERGY",
  "ILLEGAL_OPERATION",
  "BAD_JUMP_DESTINATION",
  "STACK_TOO_SMALL",
  "STACK_TOO_LARGE",
];

/** A run that an exception ended; what it had written is gone. */
function cutShort(call: Call, error: CpuTimeout | SelfTransfer): RunResult {
  const isTimeout = error instanceof CpuTimeout;
  return {
    outcome: isTimeout ? "OUT_OF_TIME" : "TRANSFER_FAILED",
    energyUsed: isTimeout ? call.energyLimit : error.energyUsed,
    penalty: 0n,
    returnValue: new Uint8Array(0),
    logs: [],
    internalCalls: [],
    message: error.message,
    createdAddress: undefined,
    usage: new Map(),
  };
}
