import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { recordSession } from "../../offchain/anchoring/record-session.ts";
import { SettingsError } from "../../offchain/config/errors.ts";
import { SessionError } from "../../offchain/sessions/errors.ts";
import { findRecordings } from "../../offchain/sessions/recording.ts";
import { type SealedSession, sealSession } from "../../offchain/sessions/seal-session.ts";
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
    const failures = [];
    for (const source of sources) {
      terminal.progress(`sealing ${source}`);
      try {
        const sealed = await sealSession({ source, dataDir, owner, recipients, chunkBytes, ...times });
        await recordSession(context.store, sealed);
        rows.push(rowOf(source, sealed));
      } catch (error) {
        // One damaged recording of a folder must not take the others with it; alone, it is the answer.
        if (!(error instanceof SessionError) || sources.length === 1) throw error;
        terminal.progress(`Error ${error.code}: ${error.message}`);
        failures.push({ recording: source, error: { ...error.details, message: error.message } });
      }
    }
    terminal.table(
      rows.map(({ session, recording, chunks, bytes }) => ({ session, recording, chunks, bytes })),
    );
    const failed = failures.length > 0;
    if (failed)
      terminal.line(`${failures.length} of ${sources.length} recordings were NOT sealed, see above.`);
    return { value: failed ? { sealed: rows, failures } : rows, failed };
  });
}

function rowOf(recording: string, { manifest, manifestHash, directory }: SealedSession) {
  const bytes = manifest.chunks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const { sessionId: session, chunks } = manifest;
  return { session, recording, chunks: chunks.length, bytes, manifestHash, directory };
}
