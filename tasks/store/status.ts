import { readSettings } from "../../offchain/config/settings.ts";
import { type StoreStatus, storeStatus } from "../../offchain/store/administration.ts";
import type { Ends } from "../../offchain/store/repositories/repository.ts";
import { onWaiting } from "../on-waiting.ts";
import { runTask } from "../run-task.ts";

export default async function status({ json }: { json: boolean }) {
  return await runTask({ json }, async (terminal) => {
    const found = await storeStatus(readSettings(process.env).store, { onWaiting });
    terminal.line(`${found.engine} (${found.version}) at ${found.location}`);
    terminal.line(`migrations: ${found.migrations.applied.join(", ")}`);
    terminal.line();
    terminal.table(rowsOf(found));
    for (const difference of found.drift) terminal.line(`differs from the schema: ${difference}`);
    return { value: found, failed: found.drift.length > 0 };
  });
}

function rowsOf({ collections, indexes, shards }: StoreStatus) {
  return collections.map(({ collection, count, ends }) => ({
    collection,
    documents: count,
    oldest: show(ends, "oldest"),
    newest: show(ends, "newest"),
    indexes: indexes[collection]?.join(" ") ?? "",
    ...(shards && { shards: JSON.stringify(shards[collection]) }),
  }));
}

/** A slot, an epoch, or a time. */
function show(ends: Ends | undefined, end: "oldest" | "newest"): string {
  const value = ends?.[end];
  if (ends === undefined || value === undefined) return "";
  const isTime = ends.field === "created_at" || ends.field === "ts";
  return isTime ? new Date(Number(value)).toISOString() : `${ends.field} ${value}`;
}
