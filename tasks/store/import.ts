import { resolve } from "node:path";
import { readSettings } from "../../offchain/config/settings.ts";
import { openStore, requireKept } from "../../offchain/store/open-store.ts";
import { importFromFile } from "../../offchain/store/transfer-file.ts";
import { onWaiting } from "../on-waiting.ts";
import { runTask } from "../run-task.ts";

interface ImportArguments {
  file: string;
  json: boolean;
}

export default async function importTask(args: ImportArguments) {
  return await runTask(args, async (terminal) => {
    const { store: setting } = readSettings(process.env);
    requireKept(setting);
    await using store = await openStore({ setting, onWaiting });
    terminal.progress(`reading ${resolve(args.file)} into ${store.description.location} ...`);
    const digests = await importFromFile(store, resolve(args.file));
    terminal.table(Object.entries(digests).map(([collection, digest]) => ({ collection, ...digest })));
    terminal.line("Counts and hashes match the export.");
    return { value: { digests } };
  });
}
