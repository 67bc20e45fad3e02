import type { LaneBuffers } from "./lane-buffers.ts";
import type { Manifest } from "./manifest.ts";

/** Bytes of the largest chunk file that a manifest lists, and of all of them. */
export function chunkFileBytes({ chunks }: Manifest): { readonly largest: number; readonly total: number } {
  const sizes = { largest: 0, total: 0 };
  for (const { sizeBytes } of chunks) {
    sizes.largest = Math.max(sizes.largest, sizeBytes);
    sizes.total += sizeBytes;
  }
  return sizes;
}

/**
 * A buffer that is reused for one chunk file after the other. A file that is larger than its manifest says gets a
 * separate buffer: it has to be read to find out what is wrong with it.
 */
export function chunkFileBuffer(buffers: LaneBuffers, largest: number): (bytes: number) => Buffer {
  const buffer = buffers.take(largest);
  return (bytes) => (bytes <= largest ? buffer.subarray(0, bytes) : buffers.take(bytes));
}
