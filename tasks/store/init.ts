import { readSettings } from "../../offchain/config/settings.ts";
import { initialiseStore } from "../../offchain/store/administration.ts";
import { onWaiting } from "../on-waiting.ts";
import { runTask } from "../run-task.ts";

interface InitArguments {
  skipRoles: boolean;
  json: boolean;
}

export default async function init(args: InitArguments) {
  return await runTask(args, async (terminal) => {
    const { store } = readSettings(process.env);
    const changed = await initialiseStore(store, { withRoles: !args.skipRoles, onWaiting });
    terminal.line(
      changed.length > 0
        ? `Applied ${changed.join(", ")}.`
        : "The store is already set up; nothing was changed.",
    );
    return { value: { changed } };
  });
}
