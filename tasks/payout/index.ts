import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import { json } from "../options.ts";

const month = {
  name: "month",
  type: ArgumentType.STRING,
  defaultValue: "",
  description: "The month, e.g. 2026-11",
} as const;

export const payoutTasks = [
  emptyTask("payout", "Plan, approve and explain a month's payouts").build(),

  task(
    ["payout", "plan"],
    "Divide a month's budget by its credits and sign the statement with LUCID_PLANNER_KEY. Example: npx hardhat payout plan --month 2026-11 --budget 12500",
  )
    .addOption(month)
    .addOption({
      name: "budget",
      type: ArgumentType.STRING,
      defaultValue: "",
      description: "USDT that the month's entities share, with at most six decimals",
    })
    .addOption({
      name: "minimum",
      type: ArgumentType.STRING,
      defaultValue: "1",
      description: "USDT below which a payment is carried over to the next month",
    })
    .addFlag(json)
    .setAction(() => import("./plan.ts"))
    .build(),

  task(
    ["payout", "approve"],
    "Recompute a month's statement, sign it with LUCID_APPROVER_KEY and enter its payouts. Example: npx hardhat payout approve --month 2026-11",
  )
    .addOption(month)
    .addFlag({ name: "yes", description: "Do not ask before it is signed" })
    .addFlag(json)
    .setAction(() => import("./approve.ts"))
    .build(),

  task(
    ["payout", "explain"],
    "Follow an entity's pay from its proofs to its transaction, and check each step. Example: npx hardhat payout explain 0x… --month 2026-11",
  )
    .addPositionalArgument({ name: "entity", description: "Address of the node, or of its pool" })
    .addOption(month)
    .addFlag({ name: "brief", description: "Leave the proofs out, which are read slot by slot" })
    .addFlag(json)
    .setAction(() => import("./explain.ts"))
    .build(),
];
