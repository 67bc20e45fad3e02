/**
 * Frees a large buffer's memory now instead of at a later garbage collection. Otherwise each chunk would leave its bytes
 * behind, memory would grow to several times what is in use, and the collector would take a fifth of the time. The buffer,
 * and other views of its memory, must not be used afterwards.
 *
 * Small buffers share Node's pool and are left alone.
 */
export function releaseBuffer({ buffer }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength > Buffer.poolSize) buffer.transfer(0);
}
