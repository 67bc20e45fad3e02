import { SettingsError } from "../../offchain/config/errors.ts";
import { readSettings } from "../../offchain/config/settings.ts";
import { type MigrationDirection, migrateStore } from "../../offchain/store/administration.ts";
import { isMongoSetting } from "../../offchain/store/open-store.ts";
import { onWaiting } from "../on-waiting.ts";
import { runTask } from "../run-task.ts";

interface MigrateArguments {
  status: boolean;
  down: boolean;
  json: boolean;
}

export default async function migrate(args: MigrateArguments) {
  return await runTask(args, async (terminal) => {
    const { store } = readSettings(process.env);
    const direction = directionOf(args);
    const { changed, applied, pending } = await migrateStore(store, direction, { onWaiting });
    const verb = direction === "down" ? "reverted" : "applied now";
    terminal.table([
      ...(direction === "down" ? changed : []).map((migration) => ({ migration, state: verb })),
      ...applied.map((migration) => ({ migration, state: changed.includes(migration) ? verb : "applied" })),
      ...pending
        .filter((migration) => !changed.includes(migration))
        .map((migration) => ({ migration, state: "pending" })),
    ]);
    if (direction === "up" && changed.length > 0 && isMongoSetting(store)) {
      terminal.line("Roles get their rights on new collections from: npx hardhat store init");
    }
    return { value: { changed, applied, pending } };
  });
}

function directionOf({ status, down }: MigrateArguments): MigrationDirection {
  if (status && down) {
    const expected = "one of --status and --down, not both";
    throw new SettingsError({ code: "ARGUMENT_INVALID", argument: "--status", value: "--down", expected });
  }
  if (status) return "none";
  return down ? "down" : "up";
}
