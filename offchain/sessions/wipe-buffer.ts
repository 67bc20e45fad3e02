import { releaseBuffer } from "./release-buffer.ts";

/** Overwrites a secret and gives its memory back: nobody may use the buffer afterwards. */
export function wipeBuffer(buffer: Buffer): void {
  releaseBuffer(buffer.fill(0));
}
