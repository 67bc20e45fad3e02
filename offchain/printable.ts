/**
 * What a terminal acts on or hides instead of showing it: control characters of C0 and C1, DEL, line and paragraph
 * separators, and Unicode's format characters, by which text changes its direction or looks like other text. Half of a
 * surrogate pair is not a character.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
/** The only such characters outside strings in the output of JSON.stringify. */
const UNPRINTABLE_BUT_NEWLINE = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * A text as one line that a terminal only shows. Files, proofs and nodes may hold anything: what would move the
 * cursor, clear the screen or start a new line is written as an escape instead. Everything else is unchanged.
 *
 * @example
 * printable("\u001b[2JSession is verified") // "\\u001b[2JSession is verified"
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escaped);
}

/**
 * A JSON document from JSON.stringify, made safe for a terminal. JSON only escapes the control characters of C0; this
 * escapes the others too, which does not change the value.
 */
export function printableJson(document: string): string {
  return document.replace(UNPRINTABLE_BUT_NEWLINE, escaped);
}

/** Each UTF-16 code unit separately, as in JSON. */
function escaped(character: string): string {
  return [...Array(character.length).keys()]
    .map((unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, "0")}`)
    .join("");
}
