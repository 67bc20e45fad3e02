/**
 * Lets many callers share one piece of work: what is handed in while a batch is worked on makes up the next one.
 *
 * @param work is never run twice at a time.
 * @returns a function whose promise settles with the batch that its item was in.
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
