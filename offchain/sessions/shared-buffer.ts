/**
 * A buffer that all threads of the process share. A secret in it exists only once, and the thread that made the buffer
 * can wipe it even when the thread that used it has ended.
 */
export function sharedBuffer(bytes: number): Buffer {
  return Buffer.from(new SharedArrayBuffer(bytes));
}
