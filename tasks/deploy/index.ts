import { task } from "hardhat/config";
import { json } from "../options.ts";

export const deployTasks = [
  task(
    "deploy",
    "Deploy LucidAnchors, LucidChunkStore and LucidCheckpoints, and grant the registrar its roles; run again, it adds what is missing and changes nothing else. Example: npx hardhat deploy",
  )
    .addFlag(json)
    .setAction(() => import("./deploy.ts"))
    .build(),
];
