import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { StoreError } from "../errors.ts";
import { toStoreError } from "./sqlite-errors.ts";

/**
 * Creates the folder of a file, one level at a time: Node's recursive `mkdir` never returns under /proc, where a folder
 * that exists refuses new ones with "no such file or directory".
 *
 * @throws {StoreError} STORE_UNREACHABLE
 */
export function makeFolder(path: string): void {
  const missing: string[] = [];
  let folder = dirname(path);
  while (!isFolder(folder, path)) {
    missing.unshift(folder);
    folder = dirname(folder);
  }
  for (const level of missing) makeLevel(level, path);
}

/** False where there is nothing. The root always exists, so walking up ends. */
function isFolder(folder: string, location: string): boolean {
  try {
    const found = statSync(folder, { throwIfNoEntry: false });
    if (found === undefined) return false;
    if (found.isDirectory()) return true;
  } catch (error) {
    throw toStoreError(error, location);
  }
  throw unreachable(location, `${folder} is not a folder`);
}

function makeLevel(folder: string, location: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process was faster.
    if (isFolder(folder, location)) return;
    throw unreachable(
      location,
      `the folder ${folder} cannot be created (${(error as Error).message})`,
      error,
    );
  }
}

function unreachable(location: string, reason: string, cause?: unknown): StoreError {
  return new StoreError({ code: "STORE_UNREACHABLE", location, reason }, { cause });
}
