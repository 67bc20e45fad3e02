import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import { json, SESSION } from "../options.ts";

/** An option that is left out where it is not given. */
const optional = <const Name extends string>(name: Name, description: string) =>
  ({ name, description, type: ArgumentType.STRING_WITHOUT_DEFAULT, defaultValue: undefined }) as const;

export const pootTasks = [
  emptyTask("poot", "Register nodes and pools, run a node, look at slots, leaders and tallies").build(),

  task(
    ["poot", "register"],
    "Register the nodes of LUCID_NODE_KEY, or change what they registered. Example: npx hardhat poot register --tron T…",
  )
    .addOption(optional("tron", "TRON address that is paid (default: the one that is registered)"))
    .addOption(
      optional(
        "pool",
        "Address of the pool that earns for the nodes (default: none, they earn for themselves)",
      ),
    )
    .addFlag({ name: "asPool", description: "Register the pool of LUCID_POOL_KEY instead" })
    .addFlag({ name: "leave", description: "End the registration" })
    .addOption({
      name: "out",
      type: ArgumentType.FILE_WITHOUT_DEFAULT,
      defaultValue: undefined,
      description: "Write what a pool has to countersign to this file, where LUCID_POOL_KEY is not at hand",
    })
    .addOption({
      name: "countersign",
      type: ArgumentType.FILE_WITHOUT_DEFAULT,
      defaultValue: undefined,
      description: "As the pool of LUCID_POOL_KEY, take in the nodes of such a file",
    })
    .addFlag(json)
    .setAction(() => import("./register.ts"))
    .build(),

  task(
    ["poot", "run"],
    "Run the nodes of LUCID_NODE_KEY until it is interrupted: prove, close, lead, validate, attest. Example: npx hardhat poot run",
  )
    .addFlag(json)
    .setAction(() => import("./run.ts"))
    .build(),

  task(
    ["poot", "tally"],
    "Show what an epoch's work earned whom. Example: npx hardhat poot tally --epoch 760",
  )
    .addOption(optional("epoch", "Days since 2024-01-01 (default: the last one that is checkpointed)"))
    .addFlag(json)
    .setAction(() => import("./tally.ts"))
    .build(),

  task(["poot", "leader"], "Show who leads a slot. Example: npx hardhat poot leader --explain 0x…")
    .addOption(optional("slot", "Number of the slot (default: the current one)"))
    .addOption(optional("explain", "Address of a node or pool: why it leads the slot, or does not"))
    .addFlag(json)
    .setAction(() => import("./leader.ts"))
    .build(),

  task(
    ["poot", "slots"],
    "List slots with their winners and blocks. Example: npx hardhat poot slots --from 547200",
  )
    .addOption(optional("from", "First slot (default: 30 before the last one)"))
    .addOption(optional("to", "Last slot (default: the last one that is decided)"))
    .addFlag(json)
    .setAction(() => import("./slots.ts"))
    .build(),

  task(
    ["poot", "attest"],
    "Attest an epoch's root on chain with each key of LUCID_NODE_KEY. Example: npx hardhat poot attest 760",
  )
    .addPositionalArgument({ name: "epoch", description: "Days since 2024-01-01" })
    .addFlag({
      name: "acceptOmissions",
      description: "Attest although the closed record of a slot lacks valid proofs",
    })
    .addFlag(json)
    .setAction(() => import("./attest.ts"))
    .build(),

  task(
    ["poot", "receipt"],
    "As the owner of a session, sign what a node relayed of it. Example: npx hardhat poot receipt SESSION --node 0x… --slot 547200",
  )
    .addPositionalArgument({ name: "session", description: SESSION })
    .addOption({
      name: "node",
      type: ArgumentType.STRING,
      defaultValue: "",
      description: "Address of the node",
    })
    .addOption(optional("slot", "The slot in which the node will claim it (default: the next one)"))
    .addOption(optional("bytes", "How many bytes (default: the whole session)"))
    .addOption({
      name: "out",
      type: ArgumentType.STRING_WITHOUT_DEFAULT,
      defaultValue: undefined,
      description:
        "Folder for the receipt's file (default: receipts in LUCID_DATA_DIR, where a node looks for it)",
    })
    .addFlag(json)
    .setAction(() => import("./receipt.ts"))
    .build(),
];
