/** A worker whose program cannot be loaded. */
import { parentPort } from "node:worker_threads";

if (parentPort !== null) await import(`./${["not", "there"].join("-")}.ts`);
