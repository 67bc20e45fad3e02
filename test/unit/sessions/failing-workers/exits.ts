/** A worker whose thread ends while it computes, as one does that runs out of memory. */
import { parentPort } from "node:worker_threads";

// The test runner loads every file of this folder; only in a thread of its own does this one act.
parentPort?.on("message", () => process.exit(3));
