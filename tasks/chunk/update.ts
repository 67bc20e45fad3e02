import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { updateChunks } from "../../offchain/anchoring/update-chunks.ts";
import { SettingsError } from "../../offchain/config/errors.ts";
import { CHUNK_STATUSES, type ChunkStatus } from "../../offchain/contracts/lucid-chunk-store/client.ts";
import { loadNamedSession, openChain } from "../context.ts";
import { readWallet } from "../keys.ts";
import { runTask } from "../run-task.ts";

interface UpdateArguments {
  session: string;
  idx: number[];
  status?: string | undefined;
  json: boolean;
}

export default async function update(args: UpdateArguments, hre: HardhatRuntimeEnvironment) {
  return await runTask(args, async (terminal, signal) => {
    const status = parseStatus(args.status);
    const signer = await readWallet(hre, "LUCID_REGISTRAR_KEY", "its account updates chunks");
    const sealed = await loadNamedSession(args.session);
    await using chain = await openChain(hre, { signal });
    const modules = { chunkStore: await chain.chunkStore(), store: chain.store };
    const { idx } = args;
    const updated = await updateChunks(sealed, idx, status, signer, modules);
    for (const { idx: moved, txid, gasUsed } of updated) {
      terminal.line(`Chunk(s) ${moved.join(", ")} are ${status} now: transaction ${txid}, gas ${gasUsed}`);
    }
    if (updated.length === 0) terminal.line(`Chunk(s) ${idx.join(", ")} already were ${status}.`);
    return {
      value: {
        session: sealed.manifest.sessionId,
        idx,
        status,
        transactions: updated.map(({ idx: moved, txid, gasUsed }) => ({
          idx: moved,
          transaction: txid,
          gas: gasUsed,
        })),
      },
    };
  });
}

function parseStatus(value: string | undefined): ChunkStatus {
  const choices = CHUNK_STATUSES.filter((name) => name !== "None");
  const status = choices.find((name) => name.toLowerCase() === value?.toLowerCase());
  if (status !== undefined) return status;
  const expected = `one of ${choices.join(", ")}`;
  throw new SettingsError({ code: "ARGUMENT_INVALID", argument: "--status", value: value ?? "", expected });
}
