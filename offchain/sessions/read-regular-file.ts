import { closeSync, fstatSync, openSync, read as readCallback, readSync } from "node:fs";
import { promisify } from "node:util";
import { SessionError } from "./errors.ts";
import { absentOr, requireRegular, unreadable, WITHOUT_BLOCKING } from "./open-regular-file.ts";

const read = promisify(readCallback);

const SMALL_BYTES = 64 * 1_024;

/** How much of a file may be read. */
export interface ReadLimits {
  /** A longer file is refused before any of it is read. */
  readonly maxBytes: number;
  /** Provides the buffer to read into. @default a new one */
  readonly allocate?: (bytes: number) => Buffer;
}

/**
 * Reads a whole file that may come from somebody else: only a regular one (or a link to one), without blocking,
 * and no more than `maxBytes`.
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
  let descriptor: number;
  try {
    descriptor = openSync(path, WITHOUT_BLOCKING);
  } catch (cause) {
    return absentOr(path, cause);
  }
  try {
    const stats = fstatSync(descriptor);
    requireRegular(path, stats);
    if (stats.size > maxBytes) {
      throw new SessionError({ code: "FILE_TOO_LARGE", path, fileBytes: stats.size, maxBytes });
    }
    const bytes = allocate(stats.size);
    for (let filled = 0; filled < bytes.length; ) {
      const left = bytes.length - filled;
      // A small file is read in less time than it takes to hand it to another thread: a tree has a million of them.
      const bytesRead =
        bytes.length <= SMALL_BYTES
          ? readSync(descriptor, bytes, filled, left, filled)
          : (await read(descriptor, bytes, filled, left, filled)).bytesRead;
      if (bytesRead === 0) throw new Error("it got shorter while it was read");
      filled += bytesRead;
    }
    return bytes;
  } catch (error) {
    throw error instanceof SessionError ? error : unreadable(path, error);
  } finally {
    closeSync(descriptor);
  }
}
