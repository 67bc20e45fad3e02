/** Runs work one after the other, in the order in which it was asked for. */
export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve();

  run<Result>(work: () => Promise<Result> | Result): Promise<Result> {
    const turn = this.#last.then(work);
    // Whoever asked is told why it failed; whoever comes next is not held up by it.
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
