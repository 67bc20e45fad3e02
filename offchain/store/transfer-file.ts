import { existsSync } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { StoreError } from "./errors.ts";
import type { Digests } from "./export-lines.ts";
import { isFileError } from "./file-error.ts";
import type { Store } from "./store.ts";
import { exportStore, importStore } from "./transfer.ts";

/** Lines are buffered up to this many characters before they are written. */
const WRITE_CHARACTERS = 1_000_000;

/**
 * Writes an export to a file, which appears only when it is complete.
 *
 * @throws {StoreError} STORE_EXPORT_EXISTS, STORE_EXPORT_UNWRITABLE
 */
export async function exportToFile(store: Store, path: string): Promise<Digests> {
  if (existsSync(path)) throw new StoreError({ code: "STORE_EXPORT_EXISTS", path });
  const unfinished = `${path}.unfinished`;
  try {
    const file = await open(unfinished, "w");
    try {
      const digests = await writeExport(store, file);
      await file.sync();
      await rename(unfinished, path);
      return digests;
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (!isFileError(cause)) throw cause;
    throw new StoreError({ code: "STORE_EXPORT_UNWRITABLE", path, reason: cause.message }, { cause });
  }
}

async function writeExport(store: Store, file: FileHandle): Promise<Digests> {
  const lines = exportStore(store);
  let waiting = "";
  let step = await lines.next();
  while (step.done !== true) {
    waiting += `${step.value}\n`;
    if (waiting.length > WRITE_CHARACTERS) {
      await file.writeFile(waiting);
      waiting = "";
    }
    step = await lines.next();
  }
  await file.writeFile(waiting);
  return step.value;
}

/**
 * Imports what `exportToFile` wrote.
 *
 * @throws {StoreError} STORE_IMPORT_UNREADABLE, and what importStore throws
 */
export async function importFromFile(store: Store, path: string): Promise<Digests> {
  try {
    const file = await open(path, "r");
    try {
      if (!(await file.stat()).isFile()) throw unreadable(path, "it is not a regular file");
      return await importStore(store, () => linesIn(file));
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (!isFileError(cause)) throw cause;
    throw unreadable(path, cause.code === "ENOENT" ? "there is no such file" : cause.message, cause);
  }
}

/** Lines end with a line feed and nothing else: JSON may contain other line separators, at which Node's readline would split. */
async function* linesIn(file: FileHandle): AsyncGenerator<string> {
  const pieces = file.createReadStream({ encoding: "utf8", start: 0, autoClose: false });
  let begun = "";
  for await (const piece of pieces as AsyncIterable<string>) {
    const lines = piece.split("\n");
    lines[0] = begun + lines[0];
    begun = lines.pop() as string;
    yield* lines;
  }
  if (begun !== "") yield begun;
}

function unreadable(path: string, reason: string, cause?: unknown): StoreError {
  return new StoreError({ code: "STORE_IMPORT_UNREADABLE", path, reason }, { cause });
}
