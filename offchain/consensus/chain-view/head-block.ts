import { ConsensusError } from "../errors.ts";
import { WINDOW_SLOTS } from "../parameters.ts";
import { slotAt, slotStart } from "../slot-time.ts";
import type { Block } from "./chain-blocks.ts";
import type { ConfirmedBlocks } from "./confirmed-blocks.ts";
import { firstSince } from "./first-since.ts";
import { type HeadBlock, KnownHeads } from "./known-heads.ts";

const MS_PER_SECOND = 1_000;
/** Two windows: what a node asks for, and what it asked for a week ago. */
const MAX_KNOWN = 2 * WINDOW_SLOTS;

/**
 * Finds headBlock(t), the last block whose timestamp is before the start of slot t.
 *
 * It is known once a block with k confirmations has a timestamp at or after the slot's start. It takes that later block,
 * not the head alone, to have them: otherwise a reorg of fewer than k blocks could put one more block before the start.
 *
 * Block times never decrease, but blocks may be far apart, and several may share a time.
 */
export class HeadBlocks {
  readonly #confirmed: ConfirmedBlocks;
  readonly #deploymentBlock: number;
  readonly #known = new KnownHeads(MAX_KNOWN);

  /** @param deploymentBlock where the first search begins; any block will do, a late one is quicker */
  constructor(deploymentBlock: number, confirmed: ConfirmedBlocks) {
    this.#deploymentBlock = deploymentBlock;
    this.#confirmed = confirmed;
  }

  /**
   * The head block of a slot; undefined while it is not known. An answer that was given is compared with the chain
   * whenever it is asked for again, and whenever a later one is searched for.
   *
   * @throws {ConsensusError} SLOT_BEFORE_CHAIN, CHAIN_REORGANISED_BELOW_CONFIRMATIONS, CHAIN_BLOCK_NOT_SHOWN
   * @throws {EvmError} where the chain cannot be reached
   */
  async headBlock(slot: number): Promise<HeadBlock | undefined> {
    const known = this.#known.get(slot);
    if (known === undefined) return await this.#search(slot);
    await this.#confirmed.requireSame(known);
    return known;
  }

  async #search(slot: number): Promise<HeadBlock | undefined> {
    const start = slotStart(slot);
    // Each block is read once, so that all that is concluded here is concluded from the same blocks.
    const blocks = new Map<number, Block>();
    const read = async (number: number) => {
      const block = blocks.get(number) ?? (await this.#confirmed.at(number));
      blocks.set(number, block);
      return block;
    };
    const isSince = async (number: number) => (await read(number)).timestamp * MS_PER_SECOND >= start;

    const [earlier, later] = [this.#known.before(slot), this.#known.after(slot)];
    for (const known of [earlier, later]) if (known !== undefined) await this.#confirmed.requireSame(known);
    const until = later === undefined ? await this.#confirmed.newest() : later.number + 1;
    if (until === undefined || (later === undefined && !(await isSince(until)))) return undefined;
    let before = earlier?.number ?? -1;
    if (earlier === undefined && this.#deploymentBlock < until && !(await isSince(this.#deploymentBlock))) {
      before = this.#deploymentBlock;
    }
    const first = await firstSince(before + 1, until, isSince);
    if (first === 0) {
      const firstBlockSlot = slotAt((await read(0)).timestamp * MS_PER_SECOND);
      throw new ConsensusError({ code: "SLOT_BEFORE_CHAIN", slot, firstBlockSlot });
    }
    const [{ number, hash }, next] = [await read(first - 1), await read(first)];
    this.#confirmed.requireHash({ number, hash }, next.parentHash);
    const head = { slot, number, hash };
    this.#known.add(head);
    return head;
  }
}
