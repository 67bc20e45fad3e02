import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import { json } from "../options.ts";

export const txTasks = [
  emptyTask("tx", "Look at, follow and cancel the transactions that were sent from here").build(),

  task(["tx", "list"], "List transactions, newest first. Example: npx hardhat tx list --open")
    .addFlag({ name: "open", description: "Only those that are not final" })
    .addOption({
      name: "limit",
      type: ArgumentType.STRING,
      defaultValue: "50",
      description: "How many at most",
    })
    .addFlag(json)
    .setAction(() => import("./list.ts"))
    .build(),

  task(
    ["tx", "watch"],
    "Follow what is in flight until it is final, and send again what was lost. Example: npx hardhat tx watch",
  )
    .addFlag(json)
    .setAction(() => import("./watch.ts"))
    .build(),

  task(["tx", "cancel"], "Use a transaction's nonce for nothing instead. Example: npx hardhat tx cancel 0x…")
    .addPositionalArgument({ name: "transaction", description: "Its id, as tx list shows it" })
    .addFlag(json)
    .setAction(() => import("./cancel.ts"))
    .build(),
];
