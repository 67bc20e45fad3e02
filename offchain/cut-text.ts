/** Longer than any useful message of a node, short enough for one error. */
const MAX_CHARACTERS = 500;

/** A third-party text for one of our messages: well-formed, and cut if it is very long. */
export function cutText(text: string): string {
  return (text.length <= MAX_CHARACTERS ? text : `${text.slice(0, MAX_CHARACTERS)}…`).toWellFormed();
}
