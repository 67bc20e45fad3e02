import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import { json } from "../options.ts";

export const storeTasks = [
  emptyTask("store", "Set up, inspect and move the store that LUCID_STORE names").build(),

  task(
    ["store", "init"],
    "Create collections, validators, indexes, shard keys and roles; a second run changes nothing. Example: npx hardhat store init",
  )
    .addFlag({
      name: "skipRoles",
      description: "Do not change MongoDB's roles, e.g. if the provider manages users",
    })
    .addFlag(json)
    .setAction(() => import("./init.ts"))
    .build(),

  task(["store", "migrate"], "Apply pending migrations. Example: npx hardhat store migrate --status")
    .addFlag({ name: "status", description: "Only show which migrations are applied and which are pending" })
    .addFlag({
      name: "down",
      description: "Revert the newest migration; refused if documents would be lost",
    })
    .addFlag(json)
    .setAction(() => import("./migrate.ts"))
    .build(),

  task(
    ["store", "status"],
    "Show engine, counts, indexes, shards, migrations, oldest and newest. Example: npx hardhat store status --json",
  )
    .addFlag(json)
    .setAction(() => import("./status.ts"))
    .build(),

  task(
    ["store", "export"],
    "Write everything to a file (NDJSON). Example: npx hardhat store export --out lucid.ndjson",
  )
    .addOption({
      name: "out",
      type: ArgumentType.FILE,
      defaultValue: "lucid-store.ndjson",
      description: "The file to write; it must not exist yet",
    })
    .addFlag(json)
    .setAction(() => import("./export.ts"))
    .build(),

  task(
    ["store", "import"],
    "Insert what an export holds, and compare counts and hashes. Example: npx hardhat store import lucid.ndjson",
  )
    .addPositionalArgument({
      name: "file",
      description: "The file that store export wrote",
      type: ArgumentType.FILE,
    })
    .addFlag(json)
    .setAction(() => import("./import.ts"))
    .build(),
];
