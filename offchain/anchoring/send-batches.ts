import { EvmError } from "../evm/errors.ts";
import { afterEstimate, afterRefusal, type BatchRoom, batchSize } from "../evm/gas/batch-size.ts";
import type { CallBounds, CallLimit } from "../evm/gas/call-bounds.ts";

export interface BatchSending<Item, Sent> {
  /** At most so many in a batch, whatever the chain takes. */
  readonly mostItems: number;
  /** How many of the first items can be in one batch, at least one. @default all */
  readonly together?: (waiting: readonly Item[]) => number;
  readonly bounds: CallBounds;
  /** Batches that are sent before the first of them is final. */
  readonly inFlight: number;
  /** The gas limit that a batch would be sent with. @throws {EvmError} CALL_TOO_LARGE */
  readonly gasLimitOf: (batch: readonly Item[]) => Promise<bigint>;
  /** Sends a batch, and waits until it is final. @throws {EvmError} CALL_TOO_LARGE, and then nothing was sent */
  readonly send: (batch: readonly Item[], limit: CallLimit) => Promise<Sent>;
}

/** A batch that went through. */
export interface SentBatch<Item, Sent> {
  readonly batch: readonly Item[];
  readonly sent: Sent;
}

/**
 * Sends items in batches as large as the chain takes: the first estimate shows how many fit, and a batch that is too
 * large after all is split. What went through is given also where another batch fails.
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
      room = learned(room, settled.batch.length, settled.error);
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
    // What cannot be split may use what leaves no room for others.
    return { batch, sent: await send(batch, batch.length === 1 ? bounds.call : bounds.batch) };
  } catch (error) {
    return { batch, error };
  }
}

/** Estimates, and sends nothing, until a batch fits. */
async function firstRoom<Item, Sent>(
  items: readonly Item[],
  sending: BatchSending<Item, Sent>,
): Promise<BatchRoom> {
  const { mostItems, bounds, gasLimitOf } = sending;
  let room: BatchRoom = { mostItems, mostGas: bounds.batch.gas };
  for (;;) {
    const size = nextSize(room, items, sending);
    if (size <= 1) return room;
    try {
      const gas = await gasLimitOf(items.slice(0, size));
      room = afterEstimate(room, size, gas);
      if (gas <= bounds.batch.gas) return room;
    } catch (error) {
      if (!isTooLarge(error)) throw error;
      room = learned(room, size, error);
    }
  }
}

function nextSize<Item, Sent>(
  room: BatchRoom,
  waiting: readonly Item[],
  { together }: BatchSending<Item, Sent>,
): number {
  const size = batchSize(room, waiting.length);
  return together === undefined ? size : Math.min(size, together(waiting));
}

/** A node that refuses may say how much it allows, but not how much was needed. */
function learned(room: BatchRoom, items: number, { details }: EvmError): BatchRoom {
  const gas = details.code === "CALL_TOO_LARGE" ? details.gas : undefined;
  return gas === undefined || BigInt(gas) <= room.mostGas
    ? afterRefusal(room, items)
    : afterEstimate(room, items, BigInt(gas));
}

const isTooLarge = (error: unknown): error is EvmError =>
  error instanceof EvmError && error.code === "CALL_TOO_LARGE";
