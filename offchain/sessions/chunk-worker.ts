/** What a worker thread of {@link ChunkWorkers} runs. */

import workerpool from "workerpool";
import { type Answer, answerOf } from "./chunk-answer.ts";
import { type ChunkWork, chunkWork } from "./chunk-work.ts";

const answering = Object.entries(chunkWork).map(([name, compute]) => [
  name,
  (work: never): Answer<unknown> => answerOf(() => compute(work)),
]);

workerpool.worker(Object.fromEntries(answering) as Record<keyof ChunkWork, (work: never) => Answer<unknown>>);
