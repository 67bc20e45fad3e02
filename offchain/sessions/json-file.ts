import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import writeFileAtomic from "write-file-atomic";
import type { z } from "zod";
import { type ParsedJson, parseJsonAs } from "../parse-json-as.ts";
import { readRegularFile } from "./read-regular-file.ts";

/**
 * Reads a JSON file by a schema.
 *
 * @returns undefined where there is no file
 * @throws {SessionError} FILE_NOT_REGULAR, FILE_TOO_LARGE, FILE_UNREADABLE
 */
export async function readJsonFile<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
  maxBytes: number,
): Promise<ParsedJson<z.infer<Schema>> | undefined> {
  const bytes = await readRegularFile(file, { maxBytes });
  return bytes && parseJsonAs(schema, bytes.toString());
}

/** Writes a JSON file for people to read, whole or not at all, with the folders that it needs. */
export async function writeJsonFile(file: string, value: unknown): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFileAtomic(file, `${JSON.stringify(value, null, 2)}\n`);
}
