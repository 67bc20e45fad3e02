import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import { json } from "../options.ts";

export const storeTasks = [
  emptyTask("store", "Set up, look at and move the state that LUCID_STORE names").build(),

  task(
    ["store", "init"],
    "Create collections, validators, indexes, shard keys and roles; changes nothing when run again. Example: npx hardhat store init",
  )
    .addFlag({
      name: "skipRoles",
      description: "Leave MongoDB's roles alone, e.g. where the provider manages users",
    })
    .addFlag(json)
    .setAction(() => import("./init.ts"))
    .build(),

  task(["store", "migrate"], "Apply pending migrations. Example: npx hardhat store migrate --status")
    .addFlag({ name: "status", description: "Only tell what is applied and what is pending" })
    .addFlag({
      name: "down",
      description: "Take the newest migration back; refused where documents would be lost",
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
      description: "The file to write; it must not exist",
    })
    .addFlag(json)
    .setAction(() => import("./export.ts"))
    .build(),

  task(
    ["store", "import"],
    "Insert what an export holds, and compare counts and hashes. Example: npx hardhat store import lucid.ndjson",
  )
    .addPositionalArgument({ name: "file", description: "What store export wrote", type: ArgumentType.FILE })
    .addFlag(json)
    .setAction(() => import("./import.ts"))
    .build(),
];
