/** What a worker thread of `ChunkWorkers` runs: it answers one question after the other. */
import { parentPort } from "node:worker_threads";
import { answerOf } from "./chunk-answer.ts";
import { chunkWork } from "./chunk-work.ts";
import type { ChunkQuestion } from "./chunk-workers.ts";

parentPort?.on("message", ({ name, work }: ChunkQuestion) => {
  const compute = chunkWork[name] as (input: unknown) => unknown;
  parentPort?.postMessage(answerOf(() => compute(work)));
});
