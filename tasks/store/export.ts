import { resolve } from "node:path";
import { readSettings } from "../../offchain/config/settings.ts";
import { openStore, requireKept } from "../../offchain/store/open-store.ts";
import { exportToFile } from "../../offchain/store/transfer-file.ts";
import { onWaiting } from "../on-waiting.ts";
import { runTask } from "../run-task.ts";

interface ExportArguments {
  out: string;
  json: boolean;
}

export default async function exportTask(args: ExportArguments) {
  return await runTask(args, async (terminal) => {
    const path = resolve(args.out);
    const { store: setting } = readSettings(process.env);
    requireKept(setting);
    await using store = await openStore({ setting, readOnly: true, onWaiting });
    terminal.progress(`writing ${path} ...`);
    const digests = await exportToFile(store, path);
    terminal.table(Object.entries(digests).map(([collection, digest]) => ({ collection, ...digest })));
    return { value: { file: path, digests } };
  });
}
