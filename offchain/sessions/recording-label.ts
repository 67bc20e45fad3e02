import { basename, relative, sep } from "node:path";
import { toUSVString } from "node:util";
import { MAX_LABEL_LENGTH } from "./limits.ts";

/**
 * The default label of a recording's session: the name of its file, or its path in the folder that was sealed. It is for
 * the operator, and not part of anything that is signed, anchored or handed out.
 *
 * @param source the path that was to be sealed: the recording itself or a folder
 */
export function recordingLabel(source: string, recording: string): string {
  const path = relative(source, recording) || basename(recording);
  // The end of the path, which has the file's name, is kept.
  return toUSVString(path.split(sep).join("/").slice(-MAX_LABEL_LENGTH));
}
