import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { storeChunks } from "../../offchain/anchoring/store-chunks.ts";
import { loadNamedSession, openChain } from "../context.ts";
import { readWallet } from "../keys.ts";
import { runTask } from "../run-task.ts";

interface StoreArguments {
  session: string;
  json: boolean;
}

export default async function store({ session, json }: StoreArguments, hre: HardhatRuntimeEnvironment) {
  return await runTask({ json }, async (terminal, signal) => {
    const signer = await readWallet(hre, "LUCID_REGISTRAR_KEY", "its account records chunks");
    const sealed = await loadNamedSession(session);
    await using chain = await openChain(hre, { signal });
    const modules = {
      anchors: await chain.anchors(),
      chunkStore: await chain.chunkStore(),
      store: chain.store,
    };
    const stored = await storeChunks(sealed, signer, modules, terminal.progress);
    terminal.table(
      stored.runs.map(({ from, to, txid, gasUsed }) => ({
        chunks: `${from} to ${to}`,
        transaction: txid,
        gas: gasUsed,
      })),
    );
    terminal.line(
      `All ${stored.chunkCount} chunk(s) are recorded; ${stored.recordedBefore} of them already were.`,
    );
    return { value: { session: sealed.manifest.sessionId, ...stored } };
  });
}
