/**
 * Lets many callers share one operation: items that arrive while a batch is processed form the next one.
 *
 * @param work never runs more than once at a time.
 * @returns a function whose promise settles with the batch that contains its item.
 */
export function inBatches<Item>(
  work: (items: readonly Item[]) => Promise<void>,
): (item: Item) => Promise<void> {
  let waiting: Item[] = [];
  let next: Promise<void> | undefined;
  let current: Promise<void> = Promise.resolve();
  return (item) => {
    waiting.push(item);
    next ??= current.then(() => {
      const batch = waiting;
      [waiting, next] = [[], undefined];
      const run = work(batch);
      current = run.catch(() => undefined);
      return run;
    });
    return next;
  };
}
