import { toUSVString } from "node:util";

/** Longer than what any node says that is worth reading, short enough for one message. */
const MAX_CHARACTERS = 500;

/** A text of somebody else's for a message of ours: well-formed, and cut where it is very long. */
export function cutText(text: string): string {
  return toUSVString(text.length <= MAX_CHARACTERS ? text : `${text.slice(0, MAX_CHARACTERS)}…`);
}
