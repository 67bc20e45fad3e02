import type { ChainPayment } from "../payouts/reconcile/differences.ts";
import {
  type BlockRange,
  type Movements,
  noMovements,
  type RouterParties,
  readBlocks,
  readParties,
  readTransaction,
} from "../payouts/reconcile/read-blocks.ts";
import type { PayoutChain } from "../payouts/service/payout-chain.ts";
import type { KnownRouter } from "../payouts/service/verify-row.ts";
import type { TronClient } from "../payouts/tron-client.ts";
import type { TronMovements, TronView } from "./tron-view.ts";

export interface SolidPaymentsOptions {
  readonly routers: readonly KnownRouter[];
  /** The routers' token, in base58check. */
  readonly token: string;
  /** Finds the first block that is read: nothing is asked of TRON before it is needed. */
  readonly firstBlock: () => Promise<number>;
}

export interface SolidPaymentsModules {
  readonly tron: TronClient;
  readonly chain: Pick<PayoutChain, "parties" | "isBlacklisted">;
  readonly signal?: AbortSignal;
}

/** What has been read so far. */
interface Progress {
  readonly parties: readonly RouterParties[];
  readonly first: number;
  next: number;
}

/** What TRON's solidified blocks show of payments, read once and remembered. */
export class SolidPayments implements TronView {
  readonly #options: SolidPaymentsOptions;
  readonly #modules: SolidPaymentsModules;
  readonly #found: Movements = noMovements();
  /** On the blacklist neither when they were asked for nor at any time since the first block. */
  readonly #unlisted = new Set<string>();
  #progress: Progress | undefined;

  constructor(options: SolidPaymentsOptions, modules: SolidPaymentsModules) {
    this.#options = options;
    this.#modules = modules;
  }

  /** @throws {TronError} */
  async movements(onBlocks?: (done: number, total: number) => void): Promise<TronMovements> {
    await this.#readToHead(onBlocks);
    const { payments, strays, opened } = this.#found;
    // Later questions read on.
    return { payments: [...payments], strays: [...strays], opened: [...opened] };
  }

  /** @throws {TronError} */
  async paymentsIn(txid: string, router: string): Promise<readonly ChainPayment[]> {
    const { tron, chain } = this.#modules;
    const info = await tron.solidified(txid);
    if (info === undefined) return [];
    const found = noMovements();
    // All routers name their parties alike.
    readTransaction(info, await readParties([{ kind: "v0", address: router }], chain), found);
    return found.payments;
  }

  /** @throws {TronError} */
  async wasBlacklisted(address: string, block: number): Promise<boolean> {
    const known = this.#listedBefore(address, block);
    if (known !== undefined) return known;
    if (this.#unlisted.has(address)) return false;
    const isListed = await this.#modules.chain.isBlacklisted(this.#options.token, address, "solid");
    // What changed since the last block that was read is in that answer.
    await this.#readToHead();
    const changed = this.#listedBefore(address, block);
    if (changed === undefined && !isListed) this.#unlisted.add(address);
    return changed ?? isListed;
  }

  /** By the first change in a block or after it; undefined where none is known. */
  #listedBefore(address: string, block: number): boolean | undefined {
    const change = this.#found.listings.find((one) => one.account === address && one.block >= block);
    return change && !change.isListed;
  }

  async #readToHead(onBlocks?: (done: number, total: number) => void): Promise<void> {
    const progress = await this.#begin();
    const { parties, first } = progress;
    const range: BlockRange = {
      first: progress.next,
      last: (await this.#modules.tron.solidHead()).number,
    };
    for await (const block of readBlocks(range, { parties, found: this.#found }, this.#modules)) {
      progress.next = block + 1;
      onBlocks?.(progress.next - first, range.last + 1 - first);
    }
  }

  async #begin(): Promise<Progress> {
    if (this.#progress !== undefined) return this.#progress;
    const first = await this.#options.firstBlock();
    const parties = await readParties(this.#options.routers, this.#modules.chain);
    this.#progress = { parties, first, next: first };
    return this.#progress;
  }
}
