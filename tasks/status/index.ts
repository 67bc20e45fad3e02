import { task } from "hardhat/config";
import { json } from "../options.ts";

export const statusTasks = [
  task(
    "status",
    "Show chain, contracts, store, slots, queue, breakers, balances and payouts on one screen. Example: npx hardhat status --watch",
  )
    .addFlag({ name: "watch", description: "Refresh it every 5 s until it is interrupted" })
    .addFlag(json)
    .setAction(() => import("./status.ts"))
    .build(),
];
