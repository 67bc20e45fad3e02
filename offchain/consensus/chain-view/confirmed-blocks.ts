import { ConsensusError } from "../errors.ts";
import type { Block, ChainBlocks } from "./chain-blocks.ts";

/** A block that was read, to be compared with what the chain has there later. */
export type BlockId = Pick<Block, "number" | "hash">;

/**
 * The blocks that have k confirmations: no reorg of fewer than k blocks changes them. A block's own counts, so that with
 * one confirmation the latest block is confirmed.
 */
export class ConfirmedBlocks {
  readonly confirmations: number;
  readonly #blocks: ChainBlocks;

  /** @param confirmations k, from 1 */
  constructor(confirmations: number, blocks: ChainBlocks) {
    this.confirmations = confirmations;
    this.#blocks = blocks;
  }

  /** Number of the newest confirmed block; undefined on a chain of fewer than k blocks. */
  async newest(): Promise<number | undefined> {
    const newest = (await this.#blocks.latest()) - this.confirmations + 1;
    return newest < 0 ? undefined : newest;
  }

  /**
   * A block that is known to be confirmed.
   *
   * @throws {ConsensusError} CHAIN_BLOCK_NOT_SHOWN
   */
  async at(number: number): Promise<Block> {
    const block = await this.#blocks.block(number);
    if (block === undefined) throw new ConsensusError({ code: "CHAIN_BLOCK_NOT_SHOWN", blockNumber: number });
    return block;
  }

  /** @throws {ConsensusError} CHAIN_BLOCK_UNCONFIRMED */
  async requireConfirmed(blockNumber: number): Promise<void> {
    const newest = await this.newest();
    if (newest !== undefined && blockNumber <= newest) return;
    const { confirmations } = this;
    throw new ConsensusError({ code: "CHAIN_BLOCK_UNCONFIRMED", blockNumber, newest, confirmations });
  }

  /**
   * Compares a confirmed block that was read earlier with what the chain has there now. A block's hash commits to all
   * blocks before it, so those are the same too.
   *
   * @throws {ConsensusError} CHAIN_REORGANISED_BELOW_CONFIRMATIONS, CHAIN_BLOCK_NOT_SHOWN
   */
  async requireSame({ number, hash }: BlockId): Promise<void> {
    this.requireHash({ number, hash }, (await this.at(number)).hash);
  }

  /** @throws {ConsensusError} CHAIN_REORGANISED_BELOW_CONFIRMATIONS */
  requireHash({ number, hash }: BlockId, now: string): void {
    if (hash === now) return;
    const { confirmations } = this;
    const details = { blockNumber: number, before: hash, now, confirmations };
    throw new ConsensusError({ code: "CHAIN_REORGANISED_BELOW_CONFIRMATIONS", ...details });
  }
}
