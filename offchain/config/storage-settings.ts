import { join, resolve } from "node:path";
import type { Environment } from "./environment.ts";

/** Where data is kept. */
export interface StorageSettings {
  /** Absolute path of what an operator keeps between commands. @default .lucid in the working folder */
  readonly dataDir: string;
  /** `mongodb://…`, `mongodb+srv://…`, a file's path, or `memory:`. @default store.db in the data folder */
  readonly store: string;
}

export function readStorageSettings(env: Environment): StorageSettings {
  const dataDir = resolve(env.text("LUCID_DATA_DIR") ?? ".lucid");
  return { dataDir, store: env.text("LUCID_STORE") ?? join(dataDir, "store.db") };
}
