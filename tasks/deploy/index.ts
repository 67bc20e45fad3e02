import { task } from "hardhat/config";
import { json } from "../options.ts";

export const deployTasks = [
  task(
    "deploy",
    "Deploy LucidAnchors and LucidChunkStore, and grant the registrar its roles; run again, it changes nothing. Example: npx hardhat deploy",
  )
    .addFlag(json)
    .setAction(() => import("./deploy.ts"))
    .build(),
];
