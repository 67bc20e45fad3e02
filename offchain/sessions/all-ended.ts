/**
 * Waits until all have ended, also when one failed: nothing goes on in the background of a failure.
 *
 * @throws what the first of them in the list threw.
 */
export async function allEnded(work: readonly Promise<unknown>[]): Promise<void> {
  const outcomes = await Promise.allSettled(work);
  const failure = outcomes.find((outcome) => outcome.status === "rejected");
  if (failure !== undefined) throw failure.reason;
}
