import type { TaskDefinition } from "hardhat/types/tasks";

/** Every task of Lucid. Definitions are light; a task's action loads what it needs when it runs. */
export const taskDefinitions: TaskDefinition[] = [];
