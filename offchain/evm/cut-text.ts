/** Longer than what any node says that is worth reading, short enough for one message. */
const MOST_CHARACTERS = 500;

/** A text of somebody else's for a message of ours, cut where it is very long. */
export function cutText(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)}…`;
}
