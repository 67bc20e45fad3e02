/** What is known of the batches that a chain takes. */
export interface BatchRoom {
  /** At least one. */
  readonly mostItems: number;
  /** Gas limit that a batch may have. */
  readonly mostGas: bigint;
  /** The largest batch that fitted so far, and the gas limit that it needs; undefined before the first estimate. */
  readonly fitted?: { readonly items: number; readonly gas: bigint };
}

/**
 * How many items the next batch takes: as many as are allowed, and as the gas of the largest batch so far predicts.
 *
 * @param waiting items that are left, at least one
 * @returns At least one: whether a single item fits is for the chain to say.
 */
export function batchSize({ mostItems, mostGas, fitted }: BatchRoom, waiting: number): number {
  const predicted = fitted === undefined ? mostItems : Number(mostGas / gasPerItem(fitted));
  return Math.max(1, Math.min(waiting, mostItems, Math.max(predicted, fitted?.items ?? 0)));
}

/**
 * What an estimate teaches: where the batch fits, larger ones are predicted from it; where it does not, the next one
 * has fewer items, in proportion.
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

/** What a refusal without a number teaches: half of the batch is tried next. */
export function afterRefusal(room: BatchRoom, items: number): BatchRoom {
  return withMaxItems(room, Math.floor(items / 2));
}

/** Fewer items, and nothing that was learned from more. */
function withMaxItems({ mostGas, fitted, ...room }: BatchRoom, items: number): BatchRoom {
  const mostItems = Math.max(1, Math.min(room.mostItems, items));
  return fitted === undefined || fitted.items > mostItems
    ? { mostItems, mostGas }
    : { mostItems, mostGas, fitted };
}

/** Rounded up, the share of what every call pays included. */
const gasPerItem = ({ items, gas }: { items: number; gas: bigint }) =>
  (gas + BigInt(items) - 1n) / BigInt(items) || 1n;
