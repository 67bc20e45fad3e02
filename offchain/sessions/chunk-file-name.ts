const CHUNK_NAME_DIGITS = 6;

/** `000000.chunk` and so on; idx beyond six digits simply gets longer. */
export function chunkFileName(idx: number): string {
  return `${String(idx).padStart(CHUNK_NAME_DIGITS, "0")}.chunk`;
}
