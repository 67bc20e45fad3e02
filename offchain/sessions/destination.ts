import { randomUUID } from "node:crypto";
import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { SessionError } from "./errors.ts";
import { hasCode, SECRET_MODE, syncFolder } from "./session-directory.ts";

/** A file in the making, beside its place and for the operator alone: what is in it may be secret. */
export interface Destination {
  write(bytes: Uint8Array): Promise<void>;
  /**
   * Gives it its name: everything is on the disk before.
   *
   * @throws {SessionError} SESSION_DESTINATION_EXISTS, SESSION_DESTINATION_UNWRITABLE
   */
  commit(): Promise<void>;
  /** Closes it, and removes it unless it was committed. */
  end(): Promise<void>;
}

/**
 * Opens a file that appears under its name whole or not at all.
 *
 * @param path absolute; nothing may stand there
 * @throws {SessionError} SESSION_DESTINATION_EXISTS, SESSION_DESTINATION_UNWRITABLE
 */
export async function openDestination(path: string): Promise<Destination> {
  const guarded = <Result>(work: () => Promise<Result>) => work().catch((cause) => refuse(path, cause));
  await requireFree(path);
  const partial = `${path}.${randomUUID()}.partial`;
  const file: FileHandle = await guarded(() => open(partial, "wx", SECRET_MODE));
  return {
    write: (bytes) => guarded(() => file.writeFile(bytes)),
    commit: async () => {
      await guarded(() => file.datasync());
      await requireFree(path);
      await guarded(async () => {
        await rename(partial, path);
        await syncFolder(dirname(path));
      });
    },
    end: async () => {
      await file.close();
      await rm(partial, { force: true });
    },
  };
}

/** @throws {SessionError} SESSION_DESTINATION_EXISTS, SESSION_DESTINATION_UNWRITABLE */
export async function requireFree(path: string): Promise<void> {
  try {
    await stat(path);
  } catch (cause) {
    if (hasCode(cause, "ENOENT")) return;
    refuse(path, cause);
  }
  throw new SessionError({ code: "SESSION_DESTINATION_EXISTS", path });
}

function refuse(path: string, cause: unknown): never {
  if (!(cause instanceof Error && "syscall" in cause)) throw cause;
  const reason = hasCode(cause, "ENOENT") ? "there is no such folder" : cause.message;
  throw new SessionError({ code: "SESSION_DESTINATION_UNWRITABLE", path, reason }, { cause });
}
