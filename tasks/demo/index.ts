import { task } from "hardhat/config";
import { json } from "../options.ts";

export const demoTasks = [
  task(
    "demo",
    "Seal, anchor, prove and verify real recordings, run twenty PoOT nodes over an epoch's end, pay their month and audit it all, on chains inside this process. Example: npx hardhat demo",
  )
    .addFlag(json)
    .setAction(() => import("./demo.ts"))
    .build(),
];
