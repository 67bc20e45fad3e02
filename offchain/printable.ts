/**
 * What a terminal obeys or hides instead of showing it: control characters of C0 and C1, DEL, line and paragraph
 * separators, and Unicode's format characters, by which text changes its direction or looks like other text. Half of a
 * surrogate pair is no character at all.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
/** The only ones in what JSON.stringify writes that are not inside a string. */
const UNPRINTABLE_BUT_NEWLINE = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * A text as one line that a terminal only shows. Files, proofs and nodes may hold anything: what would move the
 * cursor, clear the screen or begin a line of its own is written as an escape instead. All else stays as it is.
 *
 * @example
 * printable("\u001b[2JSession is verified") // "\\u001b[2JSession is verified"
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escaped);
}

/**
 * A JSON document, of JSON.stringify, that a terminal only shows. JSON escapes the control characters of C0 alone; here
 * the others are too, so the document is the same value.
 */
export function printableJson(document: string): string {
  return document.replace(UNPRINTABLE_BUT_NEWLINE, escaped);
}

/** Each unit of UTF-16 by itself, as JSON has it. */
function escaped(character: string): string {
  return [...Array(character.length).keys()]
    .map((unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, "0")}`)
    .join("");
}
