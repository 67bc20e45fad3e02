/** One of several parallel lanes with separate buffers; each processes one piece after the other. */
export type Lane = (idx: number) => Promise<void>;

export interface RunLanesOptions {
  /** Pieces of work: idx 0 to count - 1, started in this order. */
  readonly count: number;
  readonly lanes: number;
  readonly openLane: () => Lane;
  /** Called before each piece; what it throws ends the run. @default nothing */
  readonly beforeEach?: () => void;
}

/**
 * Processes pieces, as many at a time as there are lanes. It ends when all lanes have ended, so that nothing continues
 * in the background after a failure.
 *
 * @throws what the piece with the lowest idx threw, so that the same input fails in the same way in any number of
 * lanes.
 */
export async function runLanes({ count, lanes, openLane, beforeEach }: RunLanesOptions): Promise<void> {
  let next = 0;
  const failures: { readonly idx: number; readonly error: unknown }[] = [];
  const run = async () => {
    const work = openLane();
    while (next < count && failures.length === 0) {
      const idx = next++;
      try {
        beforeEach?.();
        await work(idx);
      } catch (error) {
        failures.push({ idx, error });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, count) }, run));
  const [first] = failures.sort((one, other) => one.idx - other.idx);
  if (first !== undefined) throw first.error;
}
