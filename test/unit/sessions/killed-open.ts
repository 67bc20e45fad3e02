/** Opens a session and kills itself after the first chunk, as a power cut would. */
import { openSession } from "../../../offchain/sessions/open-session.ts";

const [, script, path = "", destination = "", identity = ""] = process.argv;

// The test runner loads every file of this folder; only as a program of its own does this one act.
if (script === import.meta.filename) {
  await openSession({
    ...{ path, destination, identities: [identity] },
    onProgress: () => process.kill(process.pid, "SIGKILL"),
  });
}
