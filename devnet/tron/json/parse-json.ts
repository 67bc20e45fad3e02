/** What JSON holds when it is read here: an integer that a double cannot hold exactly is a bigint. */
export type Json = null | boolean | number | bigint | string | Json[] | { [name: string]: Json };

export type JsonObject = { [name: string]: Json };

type Reviver = (name: string, value: unknown, context: { readonly source?: string }) => unknown;

const INTEGER = /^-?\d+$/;

/** Reads JSON. Balances and fee limits are 64-bit integers, so those beyond 2^53 keep their digits. */
export function parseJson(text: string): Json {
  // The third parameter is ECMAScript's "JSON.parse source text access", which Node 24 has and the types lack.
  const exact: Reviver = (_name, value, { source }) => {
    const isInexact = typeof value === "number" && !Number.isSafeInteger(value);
    return isInexact && source !== undefined && INTEGER.test(source) ? BigInt(source) : value;
  };
  return JSON.parse(text, exact as Parameters<typeof JSON.parse>[1]) as Json;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
