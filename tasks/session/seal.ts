import { toUSVString } from "node:util";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { recordSessions } from "../../offchain/anchoring/record-session.ts";
import { SettingsError } from "../../offchain/config/errors.ts";
import { cutText } from "../../offchain/cut-text.ts";
import { SessionError } from "../../offchain/sessions/errors.ts";
import { findRecordings } from "../../offchain/sessions/find-recordings.ts";
import { MAX_LABEL_LENGTH } from "../../offchain/sessions/limits.ts";
import { recordingLabel } from "../../offchain/sessions/recording-label.ts";
import { sealRecordings } from "../../offchain/sessions/seal-recordings.ts";
import type { SealedSession } from "../../offchain/sessions/sealed-session.ts";
import { readWallet } from "../keys.ts";
import { parseTime, parseWhole } from "../options.ts";
import { runTask } from "../run-task.ts";
import { openContext } from "../store-context.ts";

interface SealArguments {
  source: string;
  startedAt?: string | undefined;
  endedAt?: string | undefined;
  chunkBytes?: string | undefined;
  label?: string | undefined;
  noLabel: boolean;
  json: boolean;
}

export default async function seal(args: SealArguments, hre: HardhatRuntimeEnvironment) {
  return await runTask(args, async (terminal, signal) => {
    const { startedAt, endedAt } = args;
    const times = {
      startedAt: startedAt === undefined ? undefined : parseTime("--started-at", startedAt, Math.floor),
      endedAt: endedAt === undefined ? undefined : parseTime("--ended-at", endedAt, Math.ceil),
    };
    const chunkBytes =
      args.chunkBytes === undefined ? undefined : parseWhole("--chunk-bytes", args.chunkBytes);
    const { recordings: sources, leftOut } = await findRecordings(args.source);
    const labelOf = labelling(args, sources.length);
    const owner = await readWallet(hre, "LUCID_OWNER_KEY", "the owner signs the session");
    await using context = await openContext();
    const { dataDir, ageRecipients: recipients } = context.settings;
    if (recipients.length === 0) {
      const purpose = "the session key is wrapped to it; generate a pair with: npx hardhat session keygen";
      throw new SettingsError({ code: "SETTING_MISSING", setting: "LUCID_AGE_RECIPIENTS", purpose });
    }
    const rows = new Map<string, ReturnType<typeof rowOf>>();
    const failures: object[] = [];
    const onFailed = (recording: string, error: SessionError) => {
      // One damaged recording of a folder must not fail the others; a single one fails the task.
      if (sources.length === 1) throw error;
      terminal.progress(`Error ${error.code}: ${error.message}`);
      failures.push({ recording, error: { ...error.details, code: error.code, message: error.message } });
    };
    const text = sources.length === 1 ? `sealing ${args.source}` : `sealing ${sources.length} recordings`;
    await sealRecordings({
      ...{ sources, dataDir, owner, recipients, chunkBytes, signal, onFailed, ...times },
      onSealed: async (group) => {
        await recordSessions(
          context.store,
          group.map(({ source, sealed }) => ({ ...sealed, label: labelOf(source) })),
        );
        for (const { source, sealed } of group) rows.set(source, rowOf(source, sealed));
      },
      onProgress: ({ bytes, totalBytes }) =>
        terminal.bar({ text, done: bytes, total: totalBytes, unit: "bytes" }),
    }).catch((error) => {
      if (!(error instanceof SessionError && error.details.code === "SESSION_SEAL_INTERRUPTED")) throw error;
      onFailed(error.details.path, error);
    });
    const sealed = sources.flatMap((source) => rows.get(source) ?? []);
    terminal.table(
      sealed.map(({ session, recording, chunks, bytes }) => ({ session, recording, chunks, bytes })),
    );
    if (leftOut > 0)
      terminal.line(
        `${leftOut} other ${leftOut === 1 ? "file was" : "files were"} left out: only *.cast is sealed in a folder.`,
      );
    const failed = failures.length > 0;
    if (failed) {
      const missing = sources.length - sealed.length;
      terminal.line(`${missing} of ${sources.length} recordings were NOT sealed, see above.`);
    }
    return { value: failed ? { sealed, failures } : sealed, failed };
  });
}

/**
 * How recordings are labelled.
 *
 * @throws {SettingsError} ARGUMENT_INVALID
 */
function labelling({ source, label, noLabel }: SealArguments, recordings: number) {
  const refuse = (value: string, expected: string) =>
    new SettingsError({ code: "ARGUMENT_INVALID", argument: "--label", value, expected });
  if (label !== undefined && noLabel) throw refuse("--no-label", "one of --label and --no-label, not both");
  if (noLabel || label === "") return () => undefined;
  if (label === undefined) return (recording: string) => recordingLabel(source, recording);
  if (recordings > 1) {
    throw refuse(label, "no label for several recordings, which are labelled with their paths in the folder");
  }
  if (label.length > MAX_LABEL_LENGTH || toUSVString(label) !== label) {
    throw refuse(cutText(label), `well-formed text of at most ${MAX_LABEL_LENGTH} characters`);
  }
  return () => label;
}

function rowOf(recording: string, { manifest, manifestHash, directory }: SealedSession) {
  const bytes = manifest.chunks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const { sessionId: session, chunks } = manifest;
  return { session, recording, chunks: chunks.length, bytes, manifestHash, directory };
}
