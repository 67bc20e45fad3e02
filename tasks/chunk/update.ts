import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { SettingsError } from "../../offchain/config.ts";
import { CHUNK_STATUSES, type ChunkStatus } from "../../offchain/contracts/lucid-chunk-store.ts";
import { SessionError } from "../../offchain/sessions/errors.ts";
import { readSession } from "../../offchain/sessions/read-session.ts";
import { openChain, sessionPath } from "../context.ts";
import { readWallet } from "../keys.ts";
import { runTask } from "../run-task.ts";

interface UpdateArguments {
  session: string;
  idx: number[];
  status?: string | undefined;
  json: boolean;
}

export default async function update(args: UpdateArguments, hre: HardhatRuntimeEnvironment) {
  return await runTask(args, async (terminal) => {
    const status = parseStatus(args.status);
    const signer = await readWallet(hre, "LUCID_REGISTRAR_KEY", "its account updates chunks");
    await using chain = await openChain(hre);
    const { session, manifest } = await readSession(sessionPath(chain.settings, args.session));
    const chunkCount = manifest.chunks.length;
    const idx = [...new Set(args.idx)].sort((a, b) => a - b);
    const outside = idx.find((place) => place < 0 || place >= chunkCount);
    if (outside !== undefined) {
      throw new SessionError({ code: "CHUNK_INDEX_OUT_OF_RANGE", idx: outside, chunkCount });
    }
    const chunkStore = await chain.chunkStore();
    await chunkStore.resume(signer.address);
    const receipt = await chunkStore.updateChunkStatus(signer, session.sessionId, idx, status);
    terminal.line(
      `Chunk(s) ${idx.join(", ")} are ${status} now: transaction ${receipt.hash}, gas ${receipt.gasUsed}`,
    );
    return {
      value: { session: manifest.sessionId, idx, status, transaction: receipt.hash, gas: receipt.gasUsed },
    };
  });
}

function parseStatus(value: string | undefined): ChunkStatus {
  const choices = CHUNK_STATUSES.filter((name) => name !== "None");
  const status = choices.find((name) => name.toLowerCase() === value?.toLowerCase());
  if (status !== undefined) return status;
  const expected = `one of ${choices.join(", ")}`;
  throw new SettingsError({ code: "SETTING_INVALID", setting: "--status", value: value ?? "", expected });
}
