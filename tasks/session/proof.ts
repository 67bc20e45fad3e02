import { resolve } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import writeFileAtomic from "write-file-atomic";
import { makeSessionProof } from "../../offchain/anchoring/make-proof.ts";
import { encodeSessionProof } from "../../offchain/anchoring/proof-format.ts";
import { recordedSession } from "../../offchain/anchoring/recorded-session.ts";
import { loadNamedSession, openChain } from "../context.ts";
import { runTask } from "../run-task.ts";

interface ProofArguments {
  session: string;
  out?: string | undefined;
  json: boolean;
}

export default async function proof({ session, out, json }: ProofArguments, hre: HardhatRuntimeEnvironment) {
  return await runTask({ json }, async (terminal, signal) => {
    const sealed = await loadNamedSession(session);
    await using chain = await openChain(hre, { readOnly: true, signal });
    const { sessionId } = sealed.manifest;
    const recorded = await recordedSession(chain.store, sessionId);
    const anchors = await chain.anchors();
    const chainId = await chain.evm.chainId();
    const { confirmations } = chain.settings;
    const made = await makeSessionProof(
      sealed,
      recorded,
      anchors,
      { chainId, confirmations },
      terminal.progress,
    );
    const file = resolve(out ?? `${sessionId}.proof.json`);
    await writeFileAtomic(file, encodeSessionProof(made));
    terminal.line(`${file}: proof of session ${sessionId}`);
    terminal.line(`To check it: npx hardhat session verify ${file} --contract ${made.contract}`);
    terminal.line("Send the contract's address separately from this file.");
    return { value: { file, proof: made } };
  });
}
