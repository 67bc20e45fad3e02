import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import { json } from "../options.ts";

export const txTasks = [
  emptyTask("tx", "List, follow and cancel the transactions of this store").build(),

  task(["tx", "list"], "List transactions, newest first. Example: npx hardhat tx list --open")
    .addFlag({ name: "open", description: "Only transactions that are not final" })
    .addOption({
      name: "limit",
      type: ArgumentType.STRING,
      defaultValue: "50",
      description: "Maximum number of transactions",
    })
    .addFlag(json)
    .setAction(() => import("./list.ts"))
    .build(),

  task(
    ["tx", "watch"],
    "Follow transactions in flight until they are final, and send lost ones again. Example: npx hardhat tx watch",
  )
    .addFlag(json)
    .setAction(() => import("./watch.ts"))
    .build(),

  task(
    ["tx", "cancel"],
    "Cancel a transaction by replacing it with an empty one. Example: npx hardhat tx cancel 0x…",
  )
    .addPositionalArgument({ name: "transaction", description: "Its id, as tx list shows it" })
    .addFlag(json)
    .setAction(() => import("./cancel.ts"))
    .build(),
];
