import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import { json, SESSION } from "../options.ts";

export const chunkTasks = [
  emptyTask(
    "chunk",
    "Record a session's chunks on chain, follow their status, answer storage challenges",
  ).build(),

  task(
    ["chunk", "store"],
    "Record a session's chunks on chain, up to 64 per transaction. Example: npx hardhat chunk store SESSION",
  )
    .addPositionalArgument({ name: "session", description: SESSION })
    .addFlag(json)
    .setAction(() => import("./store.ts"))
    .build(),

  task(
    ["chunk", "status"],
    "Show the status of a session's chunks on chain. Example: npx hardhat chunk status SESSION",
  )
    .addPositionalArgument({ name: "session", description: SESSION })
    .addFlag(json)
    .setAction(() => import("./status.ts"))
    .build(),

  task(
    ["chunk", "update"],
    "Move chunks to another status. Example: npx hardhat chunk update --status Replicated SESSION 0 1 2",
  )
    .addPositionalArgument({ name: "session", description: SESSION })
    .addVariadicArgument({
      name: "idx",
      type: ArgumentType.INT,
      description: "Indexes of the chunks in the session, from 0",
    })
    .addOption({
      name: "status",
      type: ArgumentType.STRING_WITHOUT_DEFAULT,
      defaultValue: undefined,
      description: "Stored, Replicated, Missing or Deleted (which is final)",
    })
    .addFlag(json)
    .setAction(() => import("./update.ts"))
    .build(),

  task(
    ["chunk", "prove"],
    "Prove on chain that you can produce the segment of a chunk that the challenge asks for. Example: npx hardhat chunk prove SESSION 0",
  )
    .addPositionalArgument({ name: "session", description: SESSION })
    .addPositionalArgument({
      name: "idx",
      type: ArgumentType.INT,
      description: "Index of the chunk in the session, from 0",
    })
    .addFlag(json)
    .setAction(() => import("./prove.ts"))
    .build(),
];
