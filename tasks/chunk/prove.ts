import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { proveChunk } from "../../offchain/anchoring/prove-chunk.ts";
import { loadNamedSession, openChain } from "../context.ts";
import { hasKey, readWallets } from "../keys.ts";
import { runTask } from "../run-task.ts";

interface ProveArguments {
  session: string;
  idx: number;
  json: boolean;
}

export default async function prove({ session, idx, json }: ProveArguments, hre: HardhatRuntimeEnvironment) {
  return await runTask({ json }, async (terminal, signal) => {
    // Registrars prove; without a node key, the account that anchors sessions does.
    const name = (await hasKey(hre, "LUCID_NODE_KEY")) ? "LUCID_NODE_KEY" : "LUCID_REGISTRAR_KEY";
    const [prover] = await readWallets(hre, name, "the challenge asks each account for a different segment");
    const sealed = await loadNamedSession(session);
    await using chain = await openChain(hre, { signal });
    const chunkStore = await chain.chunkStore();
    await chunkStore.resume(prover);
    const proven = await proveChunk(sealed, idx, prover, chunkStore);
    const { segmentIndex, challengeBlock, receipt } = proven;
    terminal.line(
      `${proven.prover} could obtain segment ${segmentIndex} of chunk ${idx} of session ${sealed.manifest.sessionId} ` +
        `while the challenge of block ${challengeBlock} was open (transaction ${receipt.hash}, gas ${receipt.gasUsed}).`,
    );
    const transaction = receipt.hash;
    const gas = Number(receipt.gasUsed);
    return {
      value: { session: sealed.manifest.sessionId, idx, segmentIndex, challengeBlock, transaction, gas },
    };
  });
}
