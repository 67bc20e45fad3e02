import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { openChain } from "../context.ts";
import { runTask } from "../run-task.ts";
import { availableSigners } from "./signers.ts";

export default async function watch({ json }: { json: boolean }, hre: HardhatRuntimeEnvironment) {
  return await runTask({ json }, async (terminal, signal) => {
    await using chain = await openChain(hre, { signal });
    const signers = await availableSigners(hre);
    const end = chain.evm.monitor.onEvent(({ txid, state, account, nonce, attempts }) => {
      const attempt = attempts > 1 ? `, attempt ${attempts}` : "";
      terminal.progress(`${txid} ${state} (nonce ${nonce} of ${account}${attempt})`);
    });
    const watched = await chain.evm.watchAll(signers);
    if (watched.length === 0) terminal.line("Nothing is in flight.");
    const events = await Promise.all(watched.map((one) => one.outcome()));
    end();
    const rows = events.map(({ txid, account, nonce, state, receipt, failure }) => ({
      transaction: txid,
      account,
      nonce,
      state,
      block: receipt?.blockNumber,
      reason: failure?.message,
    }));
    terminal.table(rows);
    return { value: rows, failed: events.some(({ state }) => state !== "confirmed") };
  });
}
