import { randomUUID } from "node:crypto";
import { type FileHandle, open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { SessionError } from "./errors.ts";
import { hasCode, isRunning, SECRET_MODE, syncFolder } from "./session-directory.ts";

/** A file that is being written, beside its final path and readable only by the operator: it may hold secrets. */
export interface Destination {
  write(bytes: Uint8Array): Promise<void>;
  /**
   * Gives it its name, once everything is on disk.
   *
   * @throws {SessionError} SESSION_DESTINATION_EXISTS, SESSION_DESTINATION_UNWRITABLE
   */
  commit(): Promise<void>;
  /**
   * Closes and removes it.
   *
   * @param reason what ended the writing.
   * @throws {SessionError} SESSION_PLAINTEXT_LEFT with the path of the file that could not be removed.
   */
  discard(reason: unknown): Promise<void>;
}

/** The suffix after the destination's name: the writer's process id, and a random part that makes it unique. */
const PARTIAL = /^\.(\d+)-[0-9a-f-]{36}\.partial$/;

/** The files that this process is writing now: after a restart another process may have the same id. */
const writingNow = new Set<string>();

/**
 * Opens a file that appears under its name complete or not at all, and removes what killed processes left of it.
 *
 * @param path absolute; nothing may exist there
 * @throws {SessionError} SESSION_DESTINATION_EXISTS, SESSION_DESTINATION_UNWRITABLE
 */
export async function openDestination(path: string): Promise<Destination> {
  const guarded = <Result>(work: () => Promise<Result>) => work().catch((cause) => refuse(path, cause));
  await guarded(() => removeStale(path));
  await requireFree(path);
  const partial = `${path}.${process.pid}-${randomUUID()}.partial`;
  const file: FileHandle = await guarded(() => open(partial, "wx", SECRET_MODE));
  writingNow.add(partial);
  return {
    write: (bytes) => guarded(() => file.writeFile(bytes)),
    commit: async () => {
      await guarded(() => file.datasync());
      await requireFree(path);
      await guarded(async () => {
        await rename(partial, path);
        await syncFolder(dirname(path));
      });
      await file.close();
      writingNow.delete(partial);
    },
    discard: async (reason) => {
      try {
        await file.close();
        await rm(partial, { force: true });
      } catch (cause) {
        throw plaintextLeft(partial, cause, reason);
      } finally {
        writingNow.delete(partial);
      }
    },
  };
}

function plaintextLeft(path: string, cause: unknown, ended: unknown): SessionError {
  // The code alone: the message of an interrupted opening says that nothing was left behind.
  const after = ended instanceof SessionError ? ended.code : messageOf(ended);
  return new SessionError(
    { code: "SESSION_PLAINTEXT_LEFT", path, reason: messageOf(cause), after },
    { cause },
  );
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

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

async function removeStale(path: string): Promise<void> {
  const folder = dirname(path);
  const name = basename(path);
  for (const found of await readdir(folder)) {
    const writer = found.startsWith(name) ? PARTIAL.exec(found.slice(name.length))?.[1] : undefined;
    if (writer === undefined) continue;
    const partial = join(folder, found);
    if (!writingNow.has(partial) && !isRunning(Number(writer))) await rm(partial, { force: true });
  }
}

/**
 * Adds the path that could not be written; errors other than those of the file system pass through.
 *
 * @throws {SessionError} SESSION_DESTINATION_UNWRITABLE
 */
export function refuse(path: string, cause: unknown): never {
  if (!(cause instanceof Error && "syscall" in cause)) throw cause;
  const reason = hasCode(cause, "ENOENT") ? "there is no such folder" : cause.message;
  throw new SessionError({ code: "SESSION_DESTINATION_UNWRITABLE", path, reason }, { cause });
}
