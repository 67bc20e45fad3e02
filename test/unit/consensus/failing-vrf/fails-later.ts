import { isMainThread } from "node:worker_threads";

/** Long enough for a lot of proofs to be verified before. */
export const FAILS_AFTER_MS = 2_000;

if (!isMainThread) {
  setTimeout(() => {
    throw new Error("a fault in a thread that has nothing to do");
  }, FAILS_AFTER_MS);
}

/** In the place of a VRF; no proof of the test needs one. */
export const verify = () => undefined;
