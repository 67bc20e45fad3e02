/** A worker that meets a fault of the program. */
import { parentPort } from "node:worker_threads";

parentPort?.on("message", () => {
  throw new TypeError("out of luck");
});
