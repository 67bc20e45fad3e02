import { BrowserProvider, type Eip1193Provider } from "ethers";
import { OneAtATime } from "../offchain/one-at-a-time.ts";

/** What tells the time of a chain's blocks. */
export interface BlockClock {
  /** Unix milliseconds. */
  now(): number;
}

const MS = 1_000;

/**
 * The provider of a chain in this process. With a clock, each block is made at the clock's time: a block for each
 * transaction, as it is sent. It knows how many requests are under way.
 */
export class TimedProvider extends BrowserProvider {
  readonly #clock: BlockClock | undefined;
  readonly #blocks = new OneAtATime();
  #underWay = 0;
  #asked = 0;

  constructor(chain: Eip1193Provider, clock?: BlockClock) {
    super(chain, undefined, { cacheTimeout: -1 });
    this.#clock = clock;
  }

  /** Requests that are not answered yet. */
  get requestsUnderWay(): number {
    return this.#underWay;
  }

  /** Requests that were ever made. */
  get requestsMade(): number {
    return this.#asked;
  }

  override async send(method: string, params: unknown[]): Promise<unknown> {
    this.#underWay += 1;
    this.#asked += 1;
    try {
      const clock = this.#clock;
      if (method !== "eth_sendRawTransaction" || clock === undefined) return await super.send(method, params);
      return await this.inBlockAt(clock.now(), () => super.send(method, params));
    } finally {
      this.#underWay -= 1;
    }
  }

  /** Runs what makes a block, so that the block has a time, or that of the block before it where that is later. */
  async inBlockAt<Result>(timeMs: number, make: () => Promise<Result>): Promise<Result> {
    return await this.#blocks.run(async () => {
      const latest = (await super.send("eth_getBlockByNumber", ["latest", false])) as { timestamp: string };
      const time = Math.max(Math.floor(timeMs / MS), Number(latest.timestamp));
      await super.send("evm_setNextBlockTimestamp", [time]);
      return await make();
    });
  }
}
