import { createHash, type Hash } from "node:crypto";
import { z } from "zod";
import { findViolation } from "./check.ts";
import { StoreError } from "./errors.ts";
import type { Document } from "./fields.ts";
import { documentFromJson } from "./json.ts";
import type { CollectionSchema } from "./schema/index.ts";

/** First line of an export, so that no other file is taken for one. */
export const HEADER = { lucidStoreExport: 1 } as const;

/** How much a collection holds, and the SHA-256 over its lines in the order of their ids. */
export interface CollectionDigest {
  readonly count: number;
  readonly sha256: string;
}

export type Digests = Readonly<Record<string, CollectionDigest>>;

/** A document of an export. */
export interface ExportedDocument {
  readonly collection: string;
  readonly document: Document;
  /** Length of its line in UTF-16 units. */
  readonly length: number;
}

const headerLine = z.strictObject({ lucidStoreExport: z.literal(HEADER.lucidStoreExport) });
const documentLine = z.strictObject({
  collection: z.string(),
  document: z.record(z.string(), z.unknown()),
});
const digest = z.strictObject({
  count: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, "expected a SHA-256 in lower-case hex"),
});

/**
 * Reads an export line by line and checks everything that needs no store: the header, the documents, the order of
 * their ids, counts and hashes.
 *
 * @returns counts and hashes, once all of it was read
 * @throws {StoreError} STORE_IMPORT_MALFORMED, with the line
 */
export async function* readExport(
  schemas: readonly CollectionSchema[],
  lines: AsyncIterable<string>,
): AsyncGenerator<ExportedDocument, Digests> {
  const collections = new Map(schemas.map((schema) => [schema.name, new CollectionReader(schema)]));
  const footerLine = z.strictObject({
    digests: z.strictObject(Object.fromEntries(schemas.map(({ name }) => [name, digest]))),
  });
  let declared: Digests | undefined;
  let number = 0;
  for await (const text of lines) {
    number += 1;
    const value = parseJson(text, number);
    if (number === 1) {
      requireShape(headerLine, value, number, "it does not begin like an export of this version");
    } else if (declared !== undefined) {
      throw malformed(number, "it comes after the line with the counts and hashes");
    } else if (typeof value === "object" && value !== null && "digests" in value) {
      declared = requireShape(footerLine, value, number, "it is not a line of counts and hashes").digests;
      for (const [name, reader] of collections) reader.requireDigest(declared[name], number);
    } else {
      const line = requireShape(documentLine, value, number, "it holds no document");
      const reader = collections.get(line.collection);
      if (reader === undefined) throw malformed(number, `${line.collection} is not a collection`);
      const document = reader.read(line.document as Document, text, number);
      yield { collection: line.collection, document, length: text.length };
    }
  }
  if (declared === undefined) throw malformed(number, "it ends before the line with the counts and hashes");
  return declared;
}

/** Counts and hashes a collection's lines. */
export class DigestBuilder {
  private readonly hash: Hash = createHash("sha256");
  private count = 0;

  add(line: string): void {
    this.count += 1;
    this.hash.update(line).update("\n");
  }

  finish(): CollectionDigest {
    return { count: this.count, sha256: this.hash.digest("hex") };
  }
}

/** How two digests of a collection differ; undefined where they do not. */
export function digestDifference(expected?: CollectionDigest, held?: CollectionDigest): string | undefined {
  if (expected?.count === held?.count && expected?.sha256 === held?.sha256) return undefined;
  const show = (shown?: CollectionDigest) => (shown ? `${shown.count} (${shown.sha256})` : "nothing");
  return `${show(expected)} were exported, ${show(held)} are here`;
}

/** What has been read of one collection. */
class CollectionReader {
  private readonly schema: CollectionSchema;
  private readonly digest = new DigestBuilder();
  private lastId: string | number | undefined;

  constructor(schema: CollectionSchema) {
    this.schema = schema;
  }

  read(json: Document, text: string, number: number): Document {
    const { name, fields } = this.schema;
    const document = documentFromJson(fields, json);
    const violation = findViolation(fields, document);
    if (violation !== undefined) throw malformed(number, `${name}: ${violation.field} ${violation.reason}`);
    const id = document._id as string | number;
    // A document that is listed twice would otherwise only be found after everything was written.
    if (this.lastId !== undefined && !(this.lastId < id)) {
      throw malformed(number, `${name}: ${id} does not come after ${this.lastId}`);
    }
    this.lastId = id;
    this.digest.add(text);
    return document;
  }

  requireDigest(declared: CollectionDigest | undefined, number: number): void {
    const difference = digestDifference(declared, this.digest.finish());
    if (difference !== undefined) throw malformed(number, `${this.schema.name}: ${difference}`);
  }
}

function parseJson(text: string, number: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw malformed(number, "it is not JSON", cause);
  }
}

function requireShape<Shape extends z.ZodType>(
  shape: Shape,
  value: unknown,
  number: number,
  complaint: string,
): z.infer<Shape> {
  const { success, data, error } = shape.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  throw malformed(number, `${complaint} (${issue?.path.join(".") || "the line"}: ${issue?.message})`, error);
}

function malformed(line: number, reason: string, cause?: unknown): StoreError {
  return new StoreError({ code: "STORE_IMPORT_MALFORMED", line, reason }, { cause });
}
