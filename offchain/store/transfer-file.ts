import { createReadStream, existsSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { createInterface } from "node:readline";
import { StoreError } from "./errors.ts";
import type { Store } from "./store.ts";
import { type Digests, exportStore, importStore } from "./transfer.ts";

/** Lines are gathered to this many characters before they are written. */
const WRITE_CHARACTERS = 1_000_000;

/**
 * Writes an export to a file, which is there only when it is complete.
 *
 * @throws {StoreError} STORE_EXPORT_EXISTS
 */
export async function exportToFile(store: Store, path: string): Promise<Digests> {
  if (existsSync(path)) throw new StoreError({ code: "STORE_EXPORT_EXISTS", path });
  const unfinished = `${path}.unfinished`;
  const file = await open(unfinished, "w");
  try {
    const lines = exportStore(store);
    let waiting = "";
    let step = await lines.next();
    while (step.done !== true) {
      waiting += `${step.value}\n`;
      if (waiting.length > WRITE_CHARACTERS) {
        await file.write(waiting);
        waiting = "";
      }
      step = await lines.next();
    }
    await file.write(waiting);
    await file.sync();
    await rename(unfinished, path);
    return step.value;
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

/** Imports what `exportToFile` wrote. */
export async function importFromFile(store: Store, path: string): Promise<Digests> {
  if (!existsSync(path)) {
    throw new StoreError({ code: "STORE_UNREACHABLE", location: path, reason: "there is no such file" });
  }
  const lines = createInterface({
    input: createReadStream(path, "utf8"),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  return await importStore(store, lines);
}
