import { EvmError } from "../evm/errors.ts";
import { afterEstimate, afterRefusal, type BatchRoom, batchSize } from "../evm/gas/batch-size.ts";
import type { CallBounds } from "../evm/gas/call-bounds.ts";

/** The limits of a batch, and how it is estimated. */
export interface Batching<Item> {
  /** Items in a batch at most, whatever the chain allows. */
  readonly mostItems: number;
  /** How many of the first items can be in one batch, at least one. @default all */
  readonly together?: (waiting: readonly Item[]) => number;
  readonly bounds: CallBounds;
  /** The gas limit that a batch would be sent with. @throws {EvmError} CALL_TOO_LARGE */
  readonly gasLimitOf: (batch: readonly Item[]) => Promise<bigint>;
}

/** Estimates, and sends nothing, until the first batch fits. @returns how many items later ones may have */
export async function roomFor<Item>(items: readonly Item[], batching: Batching<Item>): Promise<number> {
  return batchSize(await firstRoom(items, batching), items.length);
}

/** The same, with everything the estimates showed. */
export async function firstRoom<Item>(items: readonly Item[], batching: Batching<Item>): Promise<BatchRoom> {
  const { mostItems, bounds, gasLimitOf } = batching;
  let room: BatchRoom = { mostItems, mostGas: bounds.batch.gas };
  for (;;) {
    const size = nextSize(room, items, batching);
    if (size <= 1) return room;
    try {
      const gas = await gasLimitOf(items.slice(0, size));
      room = afterEstimate(room, size, gas);
      if (gas <= bounds.batch.gas) return room;
    } catch (error) {
      if (!isTooLarge(error)) throw error;
      room = afterTooLarge(room, size, error);
    }
  }
}

/** How many of the waiting items the next batch gets. */
export function nextSize<Item>(
  room: BatchRoom,
  waiting: readonly Item[],
  { together }: Pick<Batching<Item>, "together">,
): number {
  const size = batchSize(room, waiting.length);
  return together === undefined ? size : Math.min(size, together(waiting));
}

/** A node that refuses may say how much it allows, but not how much was needed. */
export function afterTooLarge(room: BatchRoom, items: number, { details }: EvmError): BatchRoom {
  const gas = details.code === "CALL_TOO_LARGE" ? details.gas : undefined;
  return gas === undefined || BigInt(gas) <= room.mostGas
    ? afterRefusal(room, items)
    : afterEstimate(room, items, BigInt(gas));
}

export const isTooLarge = (error: unknown): error is EvmError =>
  error instanceof EvmError && error.code === "CALL_TOO_LARGE";
