import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { SettingsError } from "../../offchain/config/errors.ts";
import { readSettings } from "../../offchain/config/settings.ts";
import { hasCode, SECRET_MODE } from "../../offchain/sessions/session-directory.ts";
import { runTask } from "../run-task.ts";

interface KeygenArguments {
  out?: string | undefined;
  json: boolean;
}

export default async function keygen({ out, json }: KeygenArguments) {
  return await runTask({ json }, async (terminal) => {
    const identity = await generateX25519Identity();
    const recipient = await identityToRecipient(identity);
    const file = resolve(out ?? join(readSettings(process.env).dataDir, "identity.txt"));
    try {
      await mkdir(dirname(file), { recursive: true });
      // In the format of age-keygen, so that age can read it too.
      const text = `# public key: ${recipient}\n${identity}\n`;
      await writeFile(file, text, { mode: SECRET_MODE, flag: "wx" });
    } catch (cause) {
      if (!hasCode(cause, "EEXIST")) throw cause;
      const expected = "a file that does not exist yet: an identity is never overwritten";
      throw new SettingsError(
        { code: "ARGUMENT_INVALID", argument: "--out", value: file, expected },
        { cause },
      );
    }
    terminal.line(
      `${file}: the identity (LUCID_AGE_IDENTITY). Keep it secret, and keep a copy: without it no session can be opened.`,
    );
    terminal.line(`LUCID_AGE_RECIPIENTS=${recipient}`);
    return { value: { file, recipient } };
  });
}
