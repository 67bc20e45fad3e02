/** What a promise was rejected with, of the class that was expected; anything else goes on as it is. */
export async function rejection<E extends Error>(
  promise: Promise<unknown>,
  expected: abstract new (...args: never[]) => E,
): Promise<E> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof expected) return error;
    throw error;
  }
  throw new Error(`expected a ${expected.name}, but nothing was thrown`);
}
