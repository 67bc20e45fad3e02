import type { Manifest } from "./manifest.ts";
import { sharedBuffer } from "./shared-buffer.ts";

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
 * A shared buffer that is used again for one chunk file after the other. A file that is larger than its manifest
 * says gets a buffer of its own: it has to be read to find out what is wrong with it.
 */
export function chunkFileBuffer(largest: number): (bytes: number) => Buffer {
  const buffer = sharedBuffer(largest);
  return (bytes) => (bytes <= largest ? buffer.subarray(0, bytes) : sharedBuffer(bytes));
}
