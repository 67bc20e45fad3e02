declare global {
  interface JSON {
    /** ECMAScript's "JSON.parse source text access": Node 24 has it, the types lack it. */
    rawJSON(text: string): unknown;
  }
}

/** The same as protobuf's printer spaces it: `{"name": value,"next": value}`. */
export function printSpacedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printSpacedJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return printJson(value);
  const fields = Object.entries(value).map(
    ([name, entry]) => `${printJson(name)}: ${printSpacedJson(entry)}`,
  );
  return `{${fields.join(",")}}`;
}

/** Prints JSON with bigints as plain numerals, as a node prints 64-bit integers. */
export function printJson(value: unknown): string {
  return JSON.stringify(value, (_name, entry: unknown) =>
    typeof entry === "bigint" ? JSON.rawJSON(entry.toString()) : entry,
  );
}
