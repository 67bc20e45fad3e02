import { resolve } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { readSettings } from "../../offchain/config/settings.ts";
import { findSession } from "../../offchain/sessions/find-session.ts";
import { openSession } from "../../offchain/sessions/open-session.ts";
import { readSession } from "../../offchain/sessions/read-session.ts";
import { readKey } from "../keys.ts";
import { runTask } from "../run-task.ts";

interface OpenArguments {
  session: string;
  out?: string | undefined;
  json: boolean;
}

export default async function open({ session, out, json }: OpenArguments, hre: HardhatRuntimeEnvironment) {
  return await runTask({ json }, async (terminal, signal) => {
    const path = await findSession(readSettings(process.env).dataDir, session);
    const { manifest } = await readSession(path);
    const identity = await readKey(hre, "LUCID_AGE_IDENTITY", "it unwraps the session key");
    const destination = resolve(out ?? `${manifest.sessionId}.recording`);
    const onProgress = ({ chunks, totalChunks }: { chunks: number; totalChunks: number }) =>
      terminal.tick(`opened chunk ${chunks} of ${totalChunks}`);
    const opened = await openSession({ path, identities: [identity], destination, signal, onProgress });
    terminal.line(`${destination}: ${opened.bytes} bytes of session ${manifest.sessionId}`);
    return { value: { session: manifest.sessionId, recording: destination, bytes: opened.bytes } };
  });
}
