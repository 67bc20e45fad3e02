import { task } from "hardhat/config";
import { json } from "../options.ts";

export const demoTasks = [
  task(
    "demo",
    "Seal, anchor, prove and verify real recordings, and run twenty PoOT nodes over an epoch's end, on a chain inside this process. Example: npx hardhat demo",
  )
    .addFlag(json)
    .setAction(() => import("./demo.ts"))
    .build(),
];
