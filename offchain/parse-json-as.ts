import { z } from "zod";
import { cutText } from "./cut-text.ts";

/** The value of a JSON text, or why the text does not have the expected form. */
export type ParsedJson<Value> =
  | { readonly value: Value }
  | { readonly reason: string; readonly cause: unknown };

/** Reads a JSON text by a schema. The reason is one line, even if much of the text does not fit. */
export function parseJsonAs<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
): ParsedJson<z.infer<Schema>> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    return { reason: "it is not JSON", cause };
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { value: parsed.data };
  return { reason: cutText(z.prettifyError(parsed.error).replaceAll("\n", " ")), cause: parsed.error };
}
