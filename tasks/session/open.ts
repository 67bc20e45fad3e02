import { resolve } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { readSettings } from "../../offchain/config/settings.ts";
import { type OpenProgress, openSession } from "../../offchain/sessions/open-session.ts";
import { readSession } from "../../offchain/sessions/read-session.ts";
import { sessionPath } from "../context.ts";
import { interruptible } from "../interruptible.ts";
import { readKey } from "../keys.ts";
import { runTask } from "../run-task.ts";

interface OpenArguments {
  session: string;
  out?: string | undefined;
  json: boolean;
}

export default async function open({ session, out, json }: OpenArguments, hre: HardhatRuntimeEnvironment) {
  return await runTask({ json }, async (terminal) => {
    const path = sessionPath(readSettings(process.env), session);
    const { manifest } = await readSession(path);
    const identity = await readKey(hre, "LUCID_AGE_IDENTITY", "it unwraps the session key");
    const destination = resolve(out ?? `${manifest.sessionId}.recording`);
    const onProgress = ({ fileBytes, totalFileBytes }: OpenProgress) =>
      terminal.bar({
        text: `opening ${manifest.sessionId}`,
        done: fileBytes,
        total: totalFileBytes,
        unit: "bytes",
      });
    const opened = await interruptible((signal) =>
      openSession({ path, identities: [identity], destination, signal, onProgress }),
    );
    terminal.line(`${destination}: ${opened.bytes} bytes of session ${manifest.sessionId}`);
    return { value: { session: manifest.sessionId, recording: destination, bytes: opened.bytes } };
  });
}
