/**
 * Waits until all have ended, even when one failed, so that nothing continues in the background.
 *
 * @throws what the first of them in the list threw.
 */
export async function allEnded(work: readonly Promise<unknown>[]): Promise<void> {
  const outcomes = await Promise.allSettled(work);
  const failure = outcomes.find((outcome) => outcome.status === "rejected");
  if (failure !== undefined) throw failure.reason;
}
