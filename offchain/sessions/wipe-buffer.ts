import { releaseBuffer } from "./release-buffer.ts";

/** Overwrites a secret and frees its memory: the buffer must not be used afterwards. */
export function wipeBuffer(buffer: Buffer): void {
  releaseBuffer(buffer.fill(0));
}
