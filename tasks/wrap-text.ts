/** The width of a terminal; undefined where the output is piped, so that nothing is cut or broken. */
export const terminalWidth = ({ isTTY, columns }: Pick<NodeJS.WriteStream, "isTTY" | "columns">) =>
  // A terminal that does not know its width says 0.
  isTTY && columns > 0 ? columns : undefined;

/** A text as it is shown: where it is wider than a terminal, broken at its spaces instead of inside its words. */
export function wrapped(text: string, width: number | undefined): string {
  if (width === undefined || text.length <= width) return text;
  const [indent = ""] = /^ */.exec(text) ?? [];
  return wrapText(text.slice(indent.length), width - indent.length)
    .map((line) => indent + line)
    .join("\n");
}

/** Breaks a text at its spaces into lines of a width; a word that is longer stays whole. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
