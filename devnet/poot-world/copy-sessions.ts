import { link, mkdir, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { sessionDirectory, sessionsFolder } from "../../offchain/sessions/session-directory.ts";

/** Gives another data folder the same sessions: hard links, so that nothing is copied, and a file can be lost in one. */
export async function copySessions(sessionIds: readonly string[], from: string, to: string): Promise<void> {
  await mkdir(sessionsFolder(to), { recursive: true });
  for (const id of sessionIds) {
    const [source, target] = [sessionDirectory(from, id), sessionDirectory(to, id)];
    const entries = await readdir(source, { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((one) => one.isFile())) {
      const file = join(entry.parentPath, entry.name);
      const copy = join(target, file.slice(source.length));
      await mkdir(dirname(copy), { recursive: true });
      await link(file, copy);
    }
  }
}
