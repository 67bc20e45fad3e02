/**
 * A buffer that all threads of the process see without a copy. What is secret in it exists once, and whoever made it
 * can wipe it even when the thread that worked with it has ended.
 */
export function sharedBuffer(bytes: number): Buffer {
  return Buffer.from(new SharedArrayBuffer(bytes));
}
