import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { recordSession } from "../../offchain/anchoring/record-session.ts";
import { SettingsError } from "../../offchain/config.ts";
import { findRecordings } from "../../offchain/sessions/recording.ts";
import { sealSession } from "../../offchain/sessions/seal-session.ts";
import { openContext } from "../context.ts";
import { readWallet } from "../keys.ts";
import { parseWhole } from "../options.ts";
import { runTask } from "../run-task.ts";

interface SealArguments {
  source: string;
  startedAt?: string | undefined;
  endedAt?: string | undefined;
  chunkBytes?: string | undefined;
  json: boolean;
}

export default async function seal(args: SealArguments, hre: HardhatRuntimeEnvironment) {
  return await runTask(args, async (terminal) => {
    const whole = (option: string, value: string | undefined) =>
      value === undefined ? undefined : parseWhole(option, value);
    const times = {
      startedAt: whole("--started-at", args.startedAt),
      endedAt: whole("--ended-at", args.endedAt),
    };
    const chunkBytes = whole("--chunk-bytes", args.chunkBytes);
    const sources = await findRecordings(args.source);
    const owner = await readWallet(hre, "LUCID_OWNER_KEY", "the owner vouches for a session by a signature");
    await using context = await openContext();
    const { dataDir, ageRecipients: recipients } = context.settings;
    if (recipients.length === 0) {
      const purpose = "a session key is wrapped to it; make a pair with: npx hardhat session keygen";
      throw new SettingsError({ code: "SETTING_MISSING", setting: "LUCID_AGE_RECIPIENTS", purpose });
    }
    const rows = [];
    for (const source of sources) {
      terminal.progress(`sealing ${source}`);
      const sealed = await sealSession({ source, dataDir, owner, recipients, chunkBytes, ...times });
      await recordSession(context.store, sealed);
      const { manifest, manifestHash, directory } = sealed;
      const bytes = manifest.chunks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      rows.push({
        session: manifest.sessionId,
        recording: source,
        chunks: manifest.chunks.length,
        bytes,
        manifestHash,
        directory,
      });
    }
    terminal.table(
      rows.map(({ session, recording, chunks, bytes }) => ({ session, recording, chunks, bytes })),
    );
    return { value: rows };
  });
}
