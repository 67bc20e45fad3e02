/** Seals in many small chunks and says so after the first: whoever started it kills it then. */
import { Wallet } from "ethers";
import { sealSession } from "../../../offchain/sessions/seal-session.ts";

const [, script, source = "", dataDir = "", recipient = ""] = process.argv;
const SMALL_CHUNK_BYTES = 1000;

// The test runner loads every file of this folder; only as a program of its own does this one act.
if (script === import.meta.filename) {
  await sealSession({
    ...{ source, dataDir, owner: Wallet.createRandom(), recipients: [recipient] },
    ...{ startedAt: 0, chunkBytes: SMALL_CHUNK_BYTES },
    onProgress: ({ chunks }) => {
      if (chunks === 1) console.log("sealing");
    },
  });
}
