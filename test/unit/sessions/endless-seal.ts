/** Seals in many small chunks and says so after the first: whoever started it kills it then. */
import { Wallet } from "ethers";
import { sealSession } from "../../../offchain/sessions/seal-session.ts";

const [source = "", dataDir = "", recipient = ""] = process.argv.slice(2);
const SMALL_CHUNK_BYTES = 1000;

await sealSession({
  ...{ source, dataDir, owner: Wallet.createRandom(), recipients: [recipient] },
  ...{ startedAt: 0, chunkBytes: SMALL_CHUNK_BYTES },
  onProgress: ({ chunks }) => {
    if (chunks === 1) console.log("sealing");
  },
});
