import { SLOT_DURATION_SEC } from "../../offchain/consensus/parameters.ts";
import { slotStart } from "../../offchain/consensus/slot-time.ts";
import type { PootDomain } from "../../offchain/consensus/typed-data/domain.ts";
import type { InProcessChain } from "../in-process-chain.ts";
import type { ManualClock } from "../manual-clock.ts";
import { Machine, type MachineOptions } from "./machine.ts";
import { untilQuiet } from "./until-quiet.ts";

const MS = 1_000;
/** A slot begins with a block. */
const BLOCK_SEC = SLOT_DURATION_SEC / 4;

/**
 * Machines with PoOT nodes on a chain and a store in this process, on a simulated clock: it goes on to what comes next
 * as soon as everybody waits, so a slot takes as long as its work.
 */
export class PootWorld implements AsyncDisposable {
  readonly chain: InProcessChain;
  readonly clock: ManualClock;
  readonly domain: PootDomain;
  readonly machines: readonly Machine[];
  #nextBlockAt: number;

  /** @param chain started with the clock */
  constructor(
    machines: readonly MachineOptions[],
    { chain, clock, domain }: Pick<PootWorld, "chain" | "clock" | "domain">,
  ) {
    this.chain = chain;
    this.clock = clock;
    this.domain = domain;
    this.machines = machines.map((options) => new Machine(options, chain, clock));
    const sinceSlot = Math.ceil((clock.now() - slotStart(0)) / (BLOCK_SEC * MS));
    this.#nextBlockAt = slotStart(0) + sinceSlot * BLOCK_SEC * MS;
  }

  /** Starts all machines. Each waits for the chain's next block, so some time goes by. */
  async start(): Promise<void> {
    let isStarted = false;
    const starting = Promise.all(this.machines.map((machine) => machine.start())).finally(() => {
      isStarted = true;
    });
    starting.catch(() => undefined);
    await this.#settle();
    while (!isStarted) await this.#advance(Number.POSITIVE_INFINITY);
    await starting;
  }

  /**
   * Lets time go by.
   *
   * @param timeMs Unix milliseconds
   * @throws what ended a machine
   */
  async runUntil(timeMs: number): Promise<void> {
    await this.#settle();
    while (this.clock.now() < timeMs) await this.#advance(timeMs);
  }

  /** Lets time go by until so many seconds of a slot are over. */
  async runUntilSlot(slot: number, seconds = 0): Promise<void> {
    await this.runUntil(slotStart(slot) + seconds * MS);
  }

  /** The machine that runs a node. */
  machineOf(nodeId: string): Machine {
    const found = this.machines.find(({ identities }) => identities.some((one) => one.nodeId === nodeId));
    if (found === undefined) throw new RangeError(`no machine runs ${nodeId}`);
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.machines.map((machine) => machine[Symbol.asyncDispose]()));
  }

  /** Goes on to the next block, sleeper or the time given, whichever comes first, and waits until all is done. */
  async #advance(untilMs: number): Promise<void> {
    const at = Math.min(untilMs, this.#nextBlockAt, this.clock.nextWake ?? untilMs);
    if (at === this.#nextBlockAt) {
      await this.chain.mineAt(at);
      this.#nextBlockAt += BLOCK_SEC * MS;
    }
    this.clock.set(Math.max(at, this.clock.now()));
    await this.#settle();
  }

  async #settle(): Promise<void> {
    const { provider, store } = this.chain;
    await untilQuiet({
      count: () => this.machines.reduce((sum, { calls }) => sum + calls, provider.requestsMade),
      isBusy: async () =>
        provider.requestsUnderWay > 0 ||
        (await store.anchorTransactions.unfinishedOfChain(this.domain.chainId, { limit: 1 })).documents
          .length > 0,
    });
    for (const machine of this.machines) machine.requireRunning();
  }
}
