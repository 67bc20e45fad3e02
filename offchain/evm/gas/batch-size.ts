/** What is known about the batches that a chain accepts. */
export interface BatchRoom {
  /** At least one. */
  readonly mostItems: number;
  /** Gas limit that a batch may have. */
  readonly mostGas: bigint;
  /** The largest batch that has fitted so far, and its gas limit; undefined before the first estimate. */
  readonly fitted?: { readonly items: number; readonly gas: bigint };
}

/**
 * How many items the next batch gets: as many as are allowed and as the gas of the largest batch so far predicts to fit.
 *
 * @param waiting items that are left, at least one
 * @returns At least one: whether a single item fits, the chain decides.
 */
export function batchSize({ mostItems, mostGas, fitted }: BatchRoom, waiting: number): number {
  const predicted = fitted === undefined ? mostItems : Number(mostGas / gasPerItem(fitted));
  return Math.max(1, Math.min(waiting, mostItems, Math.max(predicted, fitted?.items ?? 0)));
}

/**
 * The limits after an estimate: if the batch fits, larger ones are predicted from it; if not, the next one has
 * proportionally fewer items.
 *
 * @param gas limit that the batch needs
 */
export function afterEstimate(room: BatchRoom, items: number, gas: bigint): BatchRoom {
  if (gas > room.mostGas) {
    const inProportion = Number((BigInt(items) * room.mostGas) / gas);
    return withMaxItems(room, Math.min(inProportion, items - 1));
  }
  return room.fitted !== undefined && room.fitted.items > items ? room : { ...room, fitted: { items, gas } };
}

/** The limits after a refusal without a number: half of the batch is tried next. */
export function afterRefusal(room: BatchRoom, items: number): BatchRoom {
  return withMaxItems(room, Math.floor(items / 2));
}

/** Fewer items, without the fitted size if that was larger. */
function withMaxItems({ mostGas, fitted, ...room }: BatchRoom, items: number): BatchRoom {
  const mostItems = Math.max(1, Math.min(room.mostItems, items));
  return fitted === undefined || fitted.items > mostItems
    ? { mostItems, mostGas }
    : { mostItems, mostGas, fitted };
}

/** Rounded up, including a share of the fixed cost of a call. */
const gasPerItem = ({ items, gas }: { items: number; gas: bigint }) =>
  (gas + BigInt(items) - 1n) / BigInt(items) || 1n;
