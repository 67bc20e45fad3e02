import { SessionError } from "./errors.ts";
import { openRegularFile, unreadable } from "./open-regular-file.ts";

/** How much of a file may be read. */
export interface ReadLimits {
  /** A longer file is refused before any of it is read. */
  readonly maxBytes: number;
  /** Gives the buffer to read into. @default a new one */
  readonly allocate?: (bytes: number) => Buffer;
}

/**
 * Reads a whole file that may come from somebody else: only a regular one (or a link to one), without waiting for
 * anybody, and no more than `maxBytes`.
 *
 * @returns undefined where nothing has that path.
 * @throws {SessionError} FILE_NOT_REGULAR, FILE_TOO_LARGE, FILE_UNREADABLE, each with the path.
 * @example
 * const bytes = await readRegularFile("proof.json", { maxBytes: 1024 });
 */
export async function readRegularFile(
  path: string,
  { maxBytes, allocate = Buffer.allocUnsafeSlow }: ReadLimits,
): Promise<Buffer | undefined> {
  const opened = await openRegularFile(path);
  if (opened === undefined) return undefined;
  const { file, stats } = opened;
  try {
    if (stats.size > maxBytes) {
      throw new SessionError({ code: "FILE_TOO_LARGE", path, fileBytes: stats.size, maxBytes });
    }
    const bytes = allocate(stats.size);
    for (let filled = 0; filled < bytes.length; ) {
      const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, filled);
      if (bytesRead === 0) throw new Error("it got shorter while it was read");
      filled += bytesRead;
    }
    return bytes;
  } catch (error) {
    throw error instanceof SessionError ? error : unreadable(path, error);
  } finally {
    await file.close();
  }
}
