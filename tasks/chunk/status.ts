import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { sessionCommitment } from "../../offchain/sessions/session.ts";
import { loadNamedSession, openChain } from "../context.ts";
import { runTask } from "../run-task.ts";

interface StatusArguments {
  session: string;
  json: boolean;
}

export default async function status({ session, json }: StatusArguments, hre: HardhatRuntimeEnvironment) {
  return await runTask({ json }, async (terminal, signal) => {
    const sealed = await loadNamedSession(session);
    await using chain = await openChain(hre, { readOnly: true, signal });
    const { chunks, sessionId } = sealed.manifest;
    const commitment = sessionCommitment(sealed.session);
    const chunkStore = await chain.chunkStore();
    const rows = [];
    for (const { idx, sizeBytes } of chunks) {
      const known = await chunkStore.statusOf(commitment, idx);
      rows.push({ chunk: idx, bytes: sizeBytes, status: known });
    }
    const recorded = await chunkStore.recordedCount(commitment);
    terminal.table(rows);
    terminal.line(`${recorded} of ${chunks.length} chunk(s) of session ${sessionId} are recorded.`);
    return { value: { session: sessionId, recorded, chunks: rows } };
  });
}
