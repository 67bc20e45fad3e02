import { migrateStore } from "../../offchain/store/administration.ts";

/** Reverts all migrations of a store, the newest first, until one of them refuses. @returns their names */
export async function takeBackAll(setting: string): Promise<string[]> {
  const reverted: string[] = [];
  for (;;) {
    const { changed, applied } = await migrateStore(setting, "down");
    reverted.push(...changed);
    if (applied.length === 0) return reverted;
  }
}
