import type { BlockRange } from "../../contracts/contract-reader.ts";
import { OneAtATime } from "../../one-at-a-time.ts";
import type { BlockId, ConfirmedBlocks } from "./confirmed-blocks.ts";

/** Where an event is on the chain. */
export interface EventPlace {
  readonly blockNumber: number;
  readonly logIndex: number;
}

/** Events of a range, oldest first, in pages of whole blocks. */
export type EventSource<Event extends EventPlace> = (
  range: Required<BlockRange>,
) => AsyncIterable<readonly Event[]>;

export interface EventCursorModules<Event extends EventPlace> {
  readonly confirmed: ConfirmedBlocks;
  readonly source: EventSource<Event>;
  /** Takes a page in: whole blocks, in chain order, each event once. A page that it throws on comes again. */
  readonly apply: (events: readonly Event[]) => void | Promise<void>;
}

/**
 * Reads the events of confirmed blocks, each block once, as far as it is told to. One reading at a time: a second one
 * waits for the first, and most often finds that nothing is left to read.
 */
export class EventCursor<Event extends EventPlace> {
  readonly #modules: EventCursorModules<Event>;
  /** The first block that was not read. */
  #next: number;
  /** The last block that was asked for. */
  #last: BlockId | undefined;
  readonly #turns = new OneAtATime();

  /** @param firstBlock number of the first block to read */
  constructor(firstBlock: number, modules: EventCursorModules<Event>) {
    this.#next = firstBlock;
    this.#modules = modules;
  }

  /**
   * Reads up to a block, that one included. What was read stays read when it fails half-way.
   *
   * @throws {ConsensusError} CHAIN_BLOCK_UNCONFIRMED, CHAIN_BLOCK_NOT_SHOWN, CHAIN_REORGANISED_BELOW_CONFIRMATIONS
   * @throws {EvmError} where the chain cannot be reached
   */
  readTo(blockNumber: number): Promise<void> {
    if (blockNumber < this.#next) return Promise.resolve();
    return this.#turns.run(() => this.#read(blockNumber));
  }

  async #read(toBlock: number): Promise<void> {
    if (toBlock < this.#next) return;
    const { confirmed, source, apply } = this.#modules;
    await confirmed.requireConfirmed(toBlock);
    if (this.#last !== undefined) await confirmed.requireSame(this.#last);
    const end = await confirmed.at(toBlock);
    for await (const page of source({ fromBlock: this.#next, toBlock })) {
      // An endpoint that has fallen behind gives the events that it has, and does not say that they are not all: only
      // one that shows the last block can have given all of them.
      await confirmed.requireSame(end);
      const events = inChainOrder(page);
      const newest = events.at(-1);
      if (newest === undefined) continue;
      await apply(events);
      this.#next = newest.blockNumber + 1;
    }
    this.#next = toBlock + 1;
    this.#last = end;
  }
}

function inChainOrder<Event extends EventPlace>(page: readonly Event[]): Event[] {
  const ordered = page.toSorted((a, b) => a.blockNumber - b.blockNumber || a.logIndex - b.logIndex);
  return ordered.filter(({ blockNumber, logIndex }, at) => {
    const before = ordered[at - 1];
    return before?.blockNumber !== blockNumber || before.logIndex !== logIndex;
  });
}
