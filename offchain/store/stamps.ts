import type { Document, Value } from "./fields.ts";

/**
 * A document with the store's time in its stamped fields. A path `a.b` is stamped only if the document has a record
 * `a`.
 */
export function withStamps(document: Document, paths: readonly string[], now: number): Document {
  const stamped: Record<string, Value> = { ...document };
  for (const path of paths) {
    const [name = "", inner] = path.split(".");
    if (inner === undefined) stamped[name] = now;
    else if (stamped[name] !== undefined) stamped[name] = { ...(stamped[name] as Document), [inner]: now };
  }
  return stamped;
}
