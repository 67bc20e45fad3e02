import { createHash, type Hash } from "node:crypto";
import { StoreError } from "./errors.ts";
import type { Document } from "./fields.ts";
import { documentFromJson, documentToJson } from "./json.ts";
import { eachDocument } from "./repositories/repository.ts";
import type { CollectionSchema } from "./schema.ts";
import type { Store } from "./store.ts";

/** First line of an export, so that no other file is taken for one. */
const HEADER = { lucidStoreExport: 1 };
/** Documents that are inserted at a time. */
const IMPORT_BATCH = 1_000;

/** How much a collection holds, and the SHA-256 over its lines in the order of their ids. */
export interface CollectionDigest {
  readonly count: number;
  readonly sha256: string;
}

export type Digests = Readonly<Record<string, CollectionDigest>>;

interface Line {
  readonly collection: string;
  readonly document: Document;
}

/**
 * Every document as a line of JSON (NDJSON, without line ends), then a line with counts and hashes. The writers
 * should rest: what is written meanwhile may or may not be in it.
 */
export async function* exportStore(store: Store): AsyncGenerator<string, Digests> {
  yield JSON.stringify(HEADER);
  const digests: Record<string, CollectionDigest> = {};
  for (const { schema, lines } of linesOf(store)) {
    const digest = new DigestBuilder();
    for await (const line of lines) {
      digest.add(line);
      yield line;
    }
    digests[schema.name] = digest.finish();
  }
  yield JSON.stringify({ digests });
  return digests;
}

/**
 * Inserts what an export holds, then reads everything back and compares counts and hashes. Can be repeated: what
 * stands already stays, and a different document under the same key is a conflict.
 *
 * @throws {StoreError} STORE_IMPORT_MALFORMED, STORE_IMPORT_DIFFERS, STORE_CONFLICT
 */
export async function importStore(store: Store, lines: AsyncIterable<string>): Promise<Digests> {
  const expected = await insertLines(store, lines);
  const held = await digestStore(store);
  for (const { name } of store.repositories.map(({ schema }) => schema)) {
    requireSame(name, expected[name], held[name]);
  }
  return held;
}

/** Counts and hashes of what a store holds. */
export async function digestStore(store: Store): Promise<Digests> {
  const digests: Record<string, CollectionDigest> = {};
  for (const { schema, lines } of linesOf(store)) {
    const digest = new DigestBuilder();
    for await (const line of lines) digest.add(line);
    digests[schema.name] = digest.finish();
  }
  return digests;
}

function linesOf(store: Store): { schema: CollectionSchema; lines: AsyncGenerator<string> }[] {
  return store.repositories.map((repository) => ({
    schema: repository.schema,
    lines: documentLines(
      repository.schema,
      eachDocument<unknown>((page) => repository.allById(page)),
    ),
  }));
}

async function* documentLines(
  { name, fields }: CollectionSchema,
  documents: AsyncIterable<unknown>,
): AsyncGenerator<string> {
  for await (const document of documents) {
    yield JSON.stringify({ collection: name, document: documentToJson(fields, document as Document) });
  }
}

async function insertLines(store: Store, lines: AsyncIterable<string>): Promise<Digests> {
  let number = 0;
  let batch: Line[] = [];
  const flush = async () => {
    const inserted = batch;
    batch = [];
    await restore(store, inserted);
  };
  for await (const text of lines) {
    number += 1;
    const line = parseLine(text, number);
    if (number === 1) {
      if (line.lucidStoreExport === HEADER.lucidStoreExport) continue;
      throw malformed(number, "it does not begin like an export of this version");
    }
    if (line.digests !== undefined) {
      await flush();
      return line.digests as Digests;
    }
    const read = toLine(store, line, number);
    if (batch.length === IMPORT_BATCH || (batch[0] && batch[0].collection !== read.collection)) await flush();
    batch.push(read);
  }
  throw malformed(number, "it ends before the line with the counts and hashes");
}

async function restore(store: Store, lines: readonly Line[]): Promise<void> {
  const [first] = lines;
  if (first === undefined) return;
  const repository = store.repositories.find(({ schema }) => schema.name === first.collection);
  // Each repository checks that the documents are of its own type.
  await repository?.restore(lines.map(({ document }) => document) as never);
}

function parseLine(text: string, number: number): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (cause) {
    throw malformed(number, "it is not JSON", cause);
  }
}

function toLine(store: Store, line: Record<string, unknown>, number: number): Line {
  const { collection, document } = line;
  const repository = store.repositories.find(({ schema }) => schema.name === collection);
  if (repository === undefined || typeof document !== "object" || document === null) {
    throw malformed(number, `it holds no document of a known collection (${String(collection)})`);
  }
  return {
    collection: repository.schema.name,
    document: documentFromJson(repository.schema.fields, document as Document),
  };
}

function malformed(line: number, reason: string, cause?: unknown): StoreError {
  return new StoreError({ code: "STORE_IMPORT_MALFORMED", line, reason }, { cause });
}

function requireSame(
  collection: string,
  expected: CollectionDigest | undefined,
  held?: CollectionDigest,
): void {
  if (expected?.count === held?.count && expected?.sha256 === held?.sha256) return;
  const show = (digest?: CollectionDigest) => (digest ? `${digest.count} (${digest.sha256})` : "nothing");
  const reason = `${show(expected)} in the export, ${show(held)} in the store`;
  throw new StoreError({ code: "STORE_IMPORT_DIFFERS", collection, reason });
}

class DigestBuilder {
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
