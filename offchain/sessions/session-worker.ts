/** What a worker thread of `SessionWorkers` runs: it answers one question after the other. */
import { parentPort } from "node:worker_threads";
import { sessionWork } from "./session-work.ts";
import type { WorkerQuestion } from "./session-workers.ts";
import { answerOf } from "./worker-answer.ts";

parentPort?.on("message", async ({ name, work }: WorkerQuestion) => {
  const compute = sessionWork[name] as (input: unknown) => unknown;
  parentPort?.postMessage(await answerOf(() => compute(work)));
});
