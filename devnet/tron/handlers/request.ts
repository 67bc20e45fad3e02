import type { View } from "../answers/view.ts";
import { JavaError } from "../errors.ts";
import { isObject, type Json, type JsonObject, parseJson } from "../json/parse-json.ts";
import { bytesFromJson, type Locate } from "../protobuf/from-json.ts";

/** A request to one of the node's calls. */
export interface CallRequest {
  readonly view: View;
  /** The node's clock, in Unix milliseconds; node-built transactions carry it. */
  readonly now: number;
  readonly params: JsonObject;
  /** The body as it came; undefined where it was empty. */
  readonly body: Json | undefined;
  readonly isVisible: boolean;
  readonly locate: Locate;
}

export type Handler = (request: CallRequest) => unknown;

/** @throws {JavaError} JSONException */
export function parseBody(text: string): Json | undefined {
  if (text.trim() === "") return undefined;
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new JavaError("com.alibaba.fastjson.JSONException", `syntax error, pos 1, line 1, column 2${text}`);
  }
}

const INTEGER_PARAMETERS = new Set(["num", "startNum", "endNum", "offset", "limit"]);

/** A query as the same parameters in a body. */
export function parseQuery(query: URLSearchParams): JsonObject {
  return Object.fromEntries(
    [...query].map(([name, value]): [string, Json] => {
      if (value === "true" || value === "false") return [name, value === "true"];
      return [name, INTEGER_PARAMETERS.has(name) && /^-?\d+$/.test(value) ? Number(value) : value];
    }),
  );
}

export const paramsOf = (body: Json | undefined): JsonObject => (isObject(body) ? body : {});

/** Finds where a field's value begins in a body, for a parser's messages. */
export function locator(text: string): Locate {
  return (field) => {
    const place = text.search(new RegExp(`"${field}"\\s*:`));
    const value = text.indexOf(":", place + field.length + 2) + 1;
    return `1:${value + 1}`;
  };
}

/** A parameter of bytes: an address, an id. Undefined where it is missing. @throws {JavaError} */
export function bytesParam({ params, isVisible, locate }: CallRequest, name: string): Buffer | undefined {
  const value = params[name];
  return value === undefined ? undefined : bytesFromJson(name, String(value), isVisible, locate);
}

/** An integer parameter. @throws {JavaError} */
export function integerParam({ params, locate }: CallRequest, name: string): number {
  const value = params[name];
  if (value === undefined) return 0;
  if (typeof value === "number" && Number.isInteger(value)) return value;
  const text = typeof value === "string" ? `"${value}"` : String(value);
  const place = locate(name);
  throw new JavaError(
    "org.tron.core.services.http.JsonFormat$ParseException",
    `${place}: Couldn't parse integer: For input string: "${text}"`,
  );
}
