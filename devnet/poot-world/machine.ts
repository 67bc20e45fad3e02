import type { Clock } from "../../offchain/consensus/node/clock.ts";
import { connectNode } from "../../offchain/consensus/node/connect-node.ts";
import type { Identity } from "../../offchain/consensus/node/identity.ts";
import type { NodeEvent } from "../../offchain/consensus/node/node-event.ts";
import { PootConsensus, type PootConsensusModules } from "../../offchain/consensus/poot-consensus.ts";
import { createLogger } from "../../offchain/logger.ts";
import type { Change } from "../../offchain/store/engine.ts";
import type { CollectionSchema } from "../../offchain/store/schema/index.ts";
import { Store } from "../../offchain/store/store.ts";
import type { InProcessChain } from "../in-process-chain.ts";
import type { ManualClock } from "../manual-clock.ts";
import { type EngineCall, gatedEngine } from "./gated-engine.ts";

/** A machine that runs nodes. */
export interface MachineOptions {
  readonly name: string;
  readonly identities: readonly Identity[];
  /** LUCID_DATA_DIR: the sessions that it keeps, and receipts. */
  readonly dataDir: string;
}

/** Just before what a machine is stopped: before it takes a slot, or before it writes a slot's block. */
export type StopMoment = "take" | "write";

/**
 * One process of nodes with its own view of the chain, its own clock and its own connection to the store. While it is
 * stopped, none of its calls to the store goes through, and nothing in it that sleeps wakes up.
 */
export class Machine {
  readonly name: string;
  readonly identities: readonly Identity[];
  readonly dataDir: string;
  /** Everything that its nodes told. */
  readonly events: NodeEvent[] = [];
  readonly #chain: InProcessChain;
  readonly #clock: Clock;
  readonly #store: Store;
  readonly #ending = new AbortController();
  #modules: PootConsensusModules | undefined;
  #running: Promise<void> = Promise.resolve();
  #fault: { readonly error: unknown } | undefined;
  #calls = 0;
  /** Resolves when the machine goes on; undefined while it is running. */
  #stopped: PromiseWithResolvers<void> | undefined;
  #stopsBefore: StopMoment | undefined;

  constructor({ name, identities, dataDir }: MachineOptions, chain: InProcessChain, clock: ManualClock) {
    this.name = name;
    this.identities = identities;
    this.dataDir = dataDir;
    this.#chain = chain;
    this.#store = new Store(gatedEngine(chain.store.engine, (call) => this.#pass(call)));
    this.#clock = {
      now: () => clock.now(),
      sleepUntil: async (timeMs, signal) => {
        await clock.sleepUntil(timeMs, signal);
        await this.#stopped?.promise;
        signal?.throwIfAborted();
      },
    };
  }

  /** Calls to the store that were let through: while it grows, the machine works. */
  get calls(): number {
    return this.#calls;
  }

  get isStopped(): boolean {
    return this.#stopped !== undefined;
  }

  /** What its nodes work with, once it was started. */
  get modules(): PootConsensusModules {
    if (this.#modules === undefined) throw new Error(`the machine ${this.name} was not started`);
    return this.#modules;
  }

  /** Starts its nodes; they run until the machine is disposed of. */
  async start(): Promise<void> {
    const { provider, evm, settings } = this.#chain;
    const connections = {
      provider,
      evm,
      store: this.#store,
      clock: this.#clock,
      logger: createLogger("silent"),
    };
    this.#modules = await connectNode({ ...settings, dataDir: this.dataDir }, connections);
    const onEvent = (event: NodeEvent) => void this.events.push(event);
    const options = { identities: this.identities, dataDir: this.dataDir, onEvent };
    const node = await PootConsensus.start(options, this.#modules, this.#ending.signal);
    this.#running = node.run(this.#ending.signal).catch((error: unknown) => {
      if (!this.#ending.signal.aborted) this.#fault = { error };
    });
  }

  /** Suspends it, as SIGSTOP does, the next time that it is about to do this. */
  stopBefore(moment: StopMoment): void {
    this.#stopsBefore = moment;
  }

  /** Lets it go on where it was. */
  resume(): void {
    this.#stopsBefore = undefined;
    this.#stopped?.resolve();
    this.#stopped = undefined;
  }

  /** @throws what ended its nodes */
  requireRunning(): void {
    if (this.#fault !== undefined) throw this.#fault.error;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    this.resume();
    await this.#running;
    await this.#modules?.verifier.close();
  }

  async #pass(call: EngineCall | undefined): Promise<void> {
    if (call !== undefined && this.#stopsBefore !== undefined && momentOf(call) === this.#stopsBefore) {
      this.#stopsBefore = undefined;
      this.#stopped = Promise.withResolvers();
    }
    await this.#stopped?.promise;
    this.#calls += 1;
  }
}

/** Which step of leading a slot a call to the store is. */
function momentOf({ method, args }: EngineCall): StopMoment | undefined {
  if (method !== "compareAndSet") return undefined;
  const [{ name }, , { set, window }] = args as [CollectionSchema, unknown, Change];
  if (name !== "leader_schedule" || window === undefined) return undefined;
  return "block" in set ? "write" : "take";
}
