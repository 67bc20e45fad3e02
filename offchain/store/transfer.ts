import { findDifference } from "./compare.ts";
import { StoreError } from "./errors.ts";
import {
  DigestBuilder,
  type Digests,
  digestDifference,
  type ExportedDocument,
  HEADER,
  readExport,
} from "./export-lines.ts";
import type { Document } from "./fields.ts";
import { documentToJson } from "./json.ts";
import { eachDocument } from "./repositories/repository.ts";
import type { CollectionSchema } from "./schema/index.ts";
import type { Store } from "./store.ts";

/** Documents inserted at a time, and the maximum length of their lines: some documents are large. */
const MAX_BATCH_DOCUMENTS = 1_000;
const MAX_BATCH_LENGTH = 8_000_000;

/** The lines of an export, from the first one each time. */
export type ReadLines = () => AsyncIterable<string>;

/**
 * Every document as a line of JSON (NDJSON, without line ends), then a line with counts and hashes. Stop the
 * writers first: documents that are written during an export may or may not be in it.
 */
export async function* exportStore(store: Store): AsyncGenerator<string, Digests> {
  yield JSON.stringify(HEADER);
  const digests: Record<string, Digests[string]> = {};
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
 * Inserts the documents of an export, then reads everything back and compares counts and hashes. Nothing is written
 * before the whole export has been checked, nor into a store that holds anything else; an import that was killed can be
 * repeated.
 *
 * @throws {StoreError} STORE_IMPORT_MALFORMED, STORE_NOT_EMPTY, STORE_CONFLICT, STORE_IMPORT_DIFFERS
 */
export async function importStore(store: Store, readLines: ReadLines): Promise<Digests> {
  const schemas = store.repositories.map(({ schema }) => schema);
  const expected = await validate(readExport(schemas, readLines()));
  if (!(await isEmpty(store))) await requireNothingElse(store, readExport(schemas, readLines()));
  await insertAll(store, readExport(schemas, readLines()));
  const held = await digestStore(store);
  for (const { name: collection } of schemas) {
    const reason = digestDifference(expected[collection], held[collection]);
    if (reason !== undefined) throw new StoreError({ code: "STORE_IMPORT_DIFFERS", collection, reason });
  }
  return held;
}

/** Counts and hashes of what a store holds. */
export async function digestStore(store: Store): Promise<Digests> {
  const digests: Record<string, Digests[string]> = {};
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

async function validate(documents: AsyncGenerator<ExportedDocument, Digests>): Promise<Digests> {
  let step = await documents.next();
  while (step.done !== true) step = await documents.next();
  return step.value;
}

async function isEmpty(store: Store): Promise<boolean> {
  for (const repository of store.repositories) {
    const { documents } = await repository.allById({ limit: 1 });
    if (documents.length > 0) return false;
  }
  return true;
}

/** Both come in the order of ids: each existing document must turn up in the export. */
async function requireNothingElse(store: Store, exported: AsyncIterable<ExportedDocument>): Promise<void> {
  const existing = new Map<string, ExistingDocuments>();
  for (const repository of store.repositories) {
    const documents = eachDocument<unknown>((page) => repository.allById(page));
    existing.set(repository.schema.name, await ExistingDocuments.from(repository.schema, documents));
  }
  for await (const { collection, document } of exported) await existing.get(collection)?.meet(document);
  for (const [collection, { next }] of existing) {
    if (next !== undefined) throw new StoreError({ code: "STORE_NOT_EMPTY", collection, refused: "import" });
  }
}

/** The documents that a collection already holds, and those of them that the export has not listed yet. */
class ExistingDocuments {
  /** Undefined when the export listed them all. */
  next: Document | undefined;
  private readonly schema: CollectionSchema;
  private readonly documents: AsyncGenerator<unknown>;

  private constructor(schema: CollectionSchema, documents: AsyncGenerator<unknown>) {
    this.schema = schema;
    this.documents = documents;
  }

  static async from(
    schema: CollectionSchema,
    documents: AsyncGenerator<unknown>,
  ): Promise<ExistingDocuments> {
    const existing = new ExistingDocuments(schema, documents);
    await existing.advance();
    return existing;
  }

  /** @throws {StoreError} STORE_CONFLICT */
  async meet(exported: Document): Promise<void> {
    if (this.next === undefined || this.next._id !== exported._id) return;
    const field = findDifference(this.schema, this.next, exported, false);
    if (field !== undefined) {
      const { name: collection } = this.schema;
      const id = String(exported._id);
      throw new StoreError({ code: "STORE_CONFLICT", collection, id, field, conflicts: 1 });
    }
    await this.advance();
  }

  private async advance(): Promise<void> {
    const step = await this.documents.next();
    this.next = step.done === true ? undefined : (step.value as Document);
  }
}

async function insertAll(store: Store, exported: AsyncIterable<ExportedDocument>): Promise<void> {
  let batch: ExportedDocument[] = [];
  let length = 0;
  for await (const read of exported) {
    const isOther = batch[0] !== undefined && batch[0].collection !== read.collection;
    const isFull = batch.length === MAX_BATCH_DOCUMENTS || length + read.length > MAX_BATCH_LENGTH;
    if (isFull || isOther) {
      await restore(store, batch);
      [batch, length] = [[], 0];
    }
    batch.push(read);
    length += read.length;
  }
  await restore(store, batch);
}

async function restore(store: Store, batch: readonly ExportedDocument[]): Promise<void> {
  const [first] = batch;
  if (first === undefined) return;
  const repository = store.repositories.find(({ schema }) => schema.name === first.collection);
  // Each repository checks that the documents are of its own type.
  await repository?.restore(batch.map(({ document }) => document) as never);
}
