/** The items without `count` of them, in every way; in one, where that is none or all of them. */
export function* withoutSome<Item>(items: readonly Item[], count: number): Generator<readonly Item[]> {
  if (count === 0) {
    yield items;
    return;
  }
  if (count === items.length) {
    yield [];
    return;
  }
  for (let first = 0; first <= items.length - count; first += 1) {
    const before = items.slice(0, first);
    for (const rest of withoutSome(items.slice(first + 1), count - 1)) yield [...before, ...rest];
  }
}

/** Every subset, the largest first. */
export function* subsets<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let count = 0; count <= items.length; count += 1) yield* withoutSome(items, count);
}
