import { basename, relative, sep } from "node:path";
import { toUSVString } from "node:util";
import { MAX_LABEL_LENGTH } from "./limits.ts";

/**
 * The label that a recording's session gets where nobody gives one: the name of its file, or its path in the folder that
 * was sealed. It is for whoever seals, and part of nothing that is signed, anchored or handed out.
 *
 * @param source the path that was to be sealed: the recording itself or a folder
 */
export function recordingLabel(source: string, recording: string): string {
  const path = relative(source, recording) || basename(recording);
  // Its end names the file.
  return toUSVString(path.split(sep).join("/").slice(-MAX_LABEL_LENGTH));
}
