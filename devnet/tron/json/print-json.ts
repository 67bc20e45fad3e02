declare global {
  interface JSON {
    /** ECMAScript's "JSON.parse source text access": Node 24 has it, the types lack it. */
    rawJSON(text: string): unknown;
  }
}

/** Prints JSON with bigints as plain numerals, as a node prints 64-bit integers. */
export function printJson(value: unknown): string {
  return JSON.stringify(value, (_name, entry: unknown) =>
    typeof entry === "bigint" ? JSON.rawJSON(entry.toString()) : entry,
  );
}
