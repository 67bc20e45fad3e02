import type { BlockRange, Movements, RouterParties } from "../payouts/reconcile/read-blocks.ts";
import { noMovements, readBlocks, readParties } from "../payouts/reconcile/read-blocks.ts";
import type { PayoutChain } from "../payouts/service/payout-chain.ts";
import type { KnownRouter } from "../payouts/service/verify-row.ts";
import type { TronClient } from "../payouts/tron-client.ts";
import type { TronMovements, TronView } from "./tron-view.ts";

export interface SolidPaymentsOptions {
  readonly routers: readonly KnownRouter[];
  /** The routers' token, in base58check. */
  readonly token: string;
  /** The block in which the first router was deployed. */
  readonly firstBlock: number;
}

export interface SolidPaymentsModules {
  readonly tron: TronClient;
  readonly chain: Pick<PayoutChain, "parties" | "isBlacklisted">;
  readonly signal?: AbortSignal;
}

/** What TRON's solidified blocks show of payments, read once and remembered. */
export class SolidPayments implements TronView {
  readonly #options: SolidPaymentsOptions;
  readonly #modules: SolidPaymentsModules;
  readonly #found: Movements = noMovements();
  /** On the blacklist neither now nor since the last block that was read. */
  readonly #unlisted = new Set<string>();
  #parties: readonly RouterParties[] | undefined;
  #next: number;

  constructor(options: SolidPaymentsOptions, modules: SolidPaymentsModules) {
    this.#options = options;
    this.#modules = modules;
    this.#next = options.firstBlock;
  }

  /** @throws {TronError} */
  async movements(onBlocks?: (done: number, total: number) => void): Promise<TronMovements> {
    await this.#readToHead(onBlocks);
    const { payments, strays } = this.#found;
    return { payments, strays };
  }

  /** @throws {TronError} */
  async wasBlacklisted(address: string, block: number): Promise<boolean> {
    const known = this.#listedBefore(address, block);
    if (known !== undefined) return known;
    if (this.#unlisted.has(address)) return false;
    const { chain } = this.#modules;
    if (!(await chain.isBlacklisted(this.#options.token, address, "solid"))) {
      this.#unlisted.add(address);
      return false;
    }
    // Perhaps only since the last block that was read.
    await this.#readToHead();
    return this.#listedBefore(address, block) ?? true;
  }

  /** By the first change after a block; undefined where none is known. */
  #listedBefore(address: string, block: number): boolean | undefined {
    const change = this.#found.listings.find((one) => one.account === address && one.block > block);
    return change && !change.isListed;
  }

  async #readToHead(onBlocks?: (done: number, total: number) => void): Promise<void> {
    const { tron, chain } = this.#modules;
    this.#parties ??= await readParties(this.#options.routers, chain);
    const range: BlockRange = { first: this.#next, last: (await tron.solidHead()).number };
    const target = { parties: this.#parties, found: this.#found };
    for await (const block of readBlocks(range, target, this.#modules)) {
      this.#next = block + 1;
      onBlocks?.(this.#next - this.#options.firstBlock, range.last + 1 - this.#options.firstBlock);
    }
  }
}
