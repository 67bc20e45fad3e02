import type { TaskDefinition } from "hardhat/types/tasks";
import { auditTasks } from "./audit/index.ts";
import { chunkTasks } from "./chunk/index.ts";
import { demoTasks } from "./demo/index.ts";
import { deployTasks } from "./deploy/index.ts";
import { payoutTasks } from "./payout/index.ts";
import { pootTasks } from "./poot/index.ts";
import { roleTasks } from "./role/index.ts";
import { sessionTasks } from "./session/index.ts";
import { statusTasks } from "./status/index.ts";
import { storeTasks } from "./store/index.ts";
import { tronNodeTasks } from "./tron-node/index.ts";
import { txTasks } from "./tx/index.ts";

/** Every task of Lucid. Definitions load quickly; a task's action imports what it needs when it runs. */
export const taskDefinitions: TaskDefinition[] = [
  ...demoTasks,
  ...deployTasks,
  ...sessionTasks,
  ...chunkTasks,
  ...roleTasks,
  ...statusTasks,
  ...storeTasks,
  ...txTasks,
  ...pootTasks,
  ...payoutTasks,
  ...auditTasks,
  ...tronNodeTasks,
];
