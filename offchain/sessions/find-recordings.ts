import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { recordingUnreadable } from "./recording.ts";

/** The recordings that a path names. */
export interface FoundRecordings {
  /** Sorted paths. */
  readonly recordings: readonly string[];
  /** Other files in the folder that are not treated as recordings, hidden ones and links included. */
  readonly leftOut: number;
}

/** The ending of asciicast files, which distinguishes recordings from other files in a folder. */
const RECORDING_ENDING = ".cast";

/**
 * The recordings that a path names: the file itself, of any format, or every asciicast (`*.cast`) in a folder
 * and its subfolders, sorted by path. Hidden ones are skipped and links are not followed, so nothing from outside the
 * folder is sealed.
 *
 * @throws {SessionError} SESSION_RECORDING_UNREADABLE, also for a folder without a recording
 */
export async function findRecordings(path: string): Promise<FoundRecordings> {
  const { isFolder } = await stat(path).then(
    (found) => ({ isFolder: found.isDirectory() }),
    (cause) => {
      throw recordingUnreadable(path, cause);
    },
  );
  if (!isFolder) return { recordings: [path], leftOut: 0 };
  const found = await recordingsIn(path);
  if (found.recordings.length > 0) return { ...found, recordings: found.recordings.sort() };
  throw recordingUnreadable(path, new Error(`the folder holds no *${RECORDING_ENDING}`));
}

async function recordingsIn(folder: string): Promise<{ recordings: string[]; leftOut: number }> {
  const listed = await readdir(folder, { withFileTypes: true }).catch((cause) => {
    throw recordingUnreadable(folder, cause);
  });
  const recordings: string[] = [];
  let leftOut = 0;
  for (const entry of listed) {
    const path = join(folder, entry.name);
    const isHidden = entry.name.startsWith(".");
    if (entry.isDirectory()) {
      if (isHidden) continue;
      const inner = await recordingsIn(path);
      // One by one: a folder may hold more paths than a function call accepts as arguments.
      for (const recording of inner.recordings) recordings.push(recording);
      leftOut += inner.leftOut;
    } else if (!isHidden && entry.isFile() && entry.name.endsWith(RECORDING_ENDING)) {
      recordings.push(path);
    } else {
      leftOut += 1;
    }
  }
  return { recordings, leftOut };
}
