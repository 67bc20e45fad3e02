import { resolve } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import writeFileAtomic from "write-file-atomic";
import { loadSession } from "../../offchain/anchoring/load-session.ts";
import { recordedTree } from "../../offchain/anchoring/record-session.ts";
import { makeSessionProof } from "../../offchain/anchoring/session-proof.ts";
import { openChain, sessionPath } from "../context.ts";
import { runTask } from "../run-task.ts";

interface ProofArguments {
  session: string;
  out?: string | undefined;
  json: boolean;
}

export default async function proof({ session, out, json }: ProofArguments, hre: HardhatRuntimeEnvironment) {
  return await runTask({ json }, async (terminal) => {
    await using chain = await openChain(hre, { readOnly: true });
    const sealed = await loadSession(sessionPath(chain.settings, session));
    const { sessionId } = sealed.manifest;
    const tree = await recordedTree(chain.store, sessionId);
    const anchors = await chain.anchors();
    const made = await makeSessionProof(sealed, tree, anchors, await chain.evm.chainId());
    const file = resolve(out ?? `${sessionId}.proof.json`);
    await writeFileAtomic(file, `${JSON.stringify(made, null, 2)}\n`);
    terminal.line(`${file}: proof of session ${sessionId}`);
    terminal.line(`Whoever has it checks it with: npx hardhat session verify ${file}`);
    return { value: { file, proof: made } };
  });
}
