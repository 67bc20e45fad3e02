import type { CallLimit } from "../evm/gas/call-bounds.ts";
import { afterTooLarge, type Batching, firstRoom, isTooLarge, nextSize } from "./room-for.ts";

export interface BatchSending<Item, Sent> extends Batching<Item> {
  /** Batches that are sent before the first of them is final. */
  readonly inFlight: number;
  /** Sends a batch, and waits until it is final. @throws {EvmError} CALL_TOO_LARGE, and then nothing was sent */
  readonly send: (batch: readonly Item[], limit: CallLimit) => Promise<Sent>;
}

/** A batch that went through. */
export interface SentBatch<Item, Sent> {
  readonly batch: readonly Item[];
  readonly sent: Sent;
}

/**
 * Sends items in batches as large as the chain allows: the first estimate shows how many fit, and a batch that turns out
 * to be too large is split. Batches that succeeded are reported even if another one fails.
 *
 * @throws {EvmError} CALL_TOO_LARGE for a single item that does not fit
 * @throws what `send` throws, after what is in flight has ended
 */
export async function* sendBatches<Item, Sent>(
  items: readonly Item[],
  sending: BatchSending<Item, Sent>,
): AsyncGenerator<SentBatch<Item, Sent>> {
  if (items.length === 0) return;
  const waiting = [...items];
  const inFlight = new Map<readonly Item[], Promise<Settled<Item, Sent>>>();
  let room = await firstRoom(waiting, sending);
  let failure: Failed<Item> | undefined;
  while (inFlight.size > 0 || (waiting.length > 0 && failure === undefined)) {
    while (failure === undefined && waiting.length > 0 && inFlight.size < sending.inFlight) {
      const batch = waiting.splice(0, nextSize(room, waiting, sending));
      inFlight.set(batch, sendOne(batch, sending));
    }
    const settled = await Promise.race(inFlight.values());
    inFlight.delete(settled.batch);
    if ("sent" in settled) yield settled;
    else if (isTooLarge(settled.error) && settled.batch.length > 1) {
      room = afterTooLarge(room, settled.batch.length, settled.error);
      waiting.unshift(...settled.batch);
    } else failure ??= settled;
  }
  if (failure !== undefined) throw failure.error;
}

interface Failed<Item> {
  readonly batch: readonly Item[];
  readonly error: unknown;
}
type Settled<Item, Sent> = SentBatch<Item, Sent> | Failed<Item>;

async function sendOne<Item, Sent>(
  batch: readonly Item[],
  { send, bounds }: BatchSending<Item, Sent>,
): Promise<Settled<Item, Sent>> {
  try {
    // A batch that cannot be split may use more than its share of the block.
    return { batch, sent: await send(batch, batch.length === 1 ? bounds.call : bounds.batch) };
  } catch (error) {
    return { batch, error };
  }
}
