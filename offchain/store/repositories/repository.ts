import { findValueViolation, findViolation, type SchemaViolation } from "../check.ts";
import type { DocumentOf } from "../documents.ts";
import type { Change, Engine, Inserted, Query, Swap, Where } from "../engine.ts";
import { StoreError } from "../errors.ts";
import { type Document, type Fields, unwrap, type Value } from "../fields.ts";
import type { CollectionSchema } from "../schema/index.ts";

/** Where a page ended; pass it as `after` to get the next one. */
export type PageCursor = readonly Value[];

export interface Page<D> {
  readonly documents: readonly D[];
  /** Undefined after the last page. */
  readonly next: PageCursor | undefined;
}

export interface PageRequest {
  readonly after?: PageCursor | undefined;
  /** @default 1000, fewer where documents are large */
  readonly limit?: number;
  /** No more than this, whatever the limit. @default no bound */
  readonly atMost?: number;
}

export interface Ends {
  readonly field: string;
  readonly oldest: Value | undefined;
  readonly newest: Value | undefined;
}

/** The index that every collection has. */
export const ID_INDEX = "_id_";

/** A change of a document, in its own types. */
interface TypedChange<D> {
  readonly expected: Where;
  readonly set: Partial<D>;
  readonly unset?: readonly (keyof D & string)[];
  readonly window?: NonNullable<Change["window"]>;
}

/**
 * What all repositories share: the boundary at which documents are checked against their types. A document that does not
 * fit the schema is neither written nor returned.
 */
export abstract class Repository<C extends CollectionSchema, D = DocumentOf<C>> {
  protected readonly engine: Engine;
  readonly schema: C;
  /** Documents per page: enough that round trips do not matter, few enough to be held in memory. */
  protected readonly defaultPage: number = 1_000;

  constructor(engine: Engine, schema: C) {
    this.engine = engine;
    this.schema = schema;
  }

  /** All documents in the order of their ids, in pages, for exports. */
  allById(request: PageRequest = {}): Promise<Page<D>> {
    return this.page({ where: {}, orderBy: ["_id"], index: ID_INDEX }, request);
  }

  count(): Promise<number> {
    return this.engine.count(this.schema, {});
  }

  /** The first chronology field of the oldest and of the newest document. */
  async ends(): Promise<Ends | undefined> {
    const { chronology } = this.schema;
    if (chronology === undefined) return undefined;
    const [field = "_id"] = chronology;
    const index = this.schema.indexes.find(({ fields }) => fields.join() === chronology.join());
    const query = { where: {}, orderBy: chronology, index: index?.name ?? ID_INDEX };
    const [oldest, newest] = await Promise.all([
      this.page(query, { limit: 1 }),
      this.page({ ...query, descending: true }, { limit: 1 }),
    ]);
    const fieldOf = ({ documents: [document] }: Page<D>) => (document as Document | undefined)?.[field];
    return { field, oldest: fieldOf(oldest), newest: fieldOf(newest) };
  }

  /** Inserts documents that already have their stamps, for imports. */
  async restore(documents: readonly D[]): Promise<Inserted> {
    return await this.write(documents as readonly Document[], this.schema.fields, false);
  }

  protected async insertOnce(documents: readonly unknown[]): Promise<Inserted> {
    return await this.write(documents as readonly Document[], this.broughtFields(), true);
  }

  /** @throws {StoreError} STORE_DOCUMENT_INVALID, as `insertOnce` would, without writing anything */
  protected requireValid(document: unknown): void {
    this.requireFields(this.broughtFields(), document as Document);
  }

  /** Why a document does not fit this collection, on write and on read. */
  protected violationOf(fields: Fields, document: Document): SchemaViolation | undefined {
    return findViolation(fields, document);
  }

  protected async find(key: Document): Promise<D | undefined> {
    const document = await this.engine.get(this.schema, key);
    return document === undefined ? undefined : this.typed(document);
  }

  protected async page(query: Omit<Query, "limit" | "after">, request: PageRequest): Promise<Page<D>> {
    const { after, limit: size = this.defaultPage, atMost = size } = request;
    const limit = Math.min(size, atMost);
    const found = await this.engine.find(this.schema, { ...query, limit, ...(after && { after }) });
    const documents = found.map((document) => this.typed(document));
    const last = found.length === limit ? found.at(-1) : undefined;
    return { documents, next: last && query.orderBy.map((field) => last[field] as Value) };
  }

  protected async swap(key: Document, change: TypedChange<D>): Promise<Swap<D>> {
    const result = await this.engine.compareAndSet(this.schema, key, this.checked(key, change));
    if (result.swapped) return { swapped: true, document: this.typed(result.document) };
    return { swapped: false, document: result.document && this.typed(result.document) };
  }

  /** @returns how many of the changes were made */
  protected async swapMany(
    changes: readonly { readonly key: Document; readonly change: TypedChange<D> }[],
  ): Promise<number> {
    const checked = changes.map(({ key, change }) => ({ key, change: this.checked(key, change) }));
    return await this.engine.compareAndSetMany(this.schema, checked);
  }

  /** @throws {StoreError} STORE_DOCUMENT_INVALID */
  private checked(key: Document, change: TypedChange<D>): Change {
    const set = change.set as Document;
    for (const [name, value] of Object.entries(set)) {
      const violation = this.violationOfChange(name, value, set);
      if (violation !== undefined) throw this.invalid(key, violation, "on write");
    }
    return { ...change, set };
  }

  private async write(documents: readonly Document[], fields: Fields, stamped: boolean): Promise<Inserted> {
    for (const document of documents) this.requireFields(fields, document);
    if (documents.length === 0) return { inserted: 0, existing: 0 };
    return await this.engine.insert(this.schema, documents, stamped);
  }

  /** The fields that callers pass: all but the store's stamps. */
  private broughtFields(): Fields {
    const { fields, stamps } = this.schema;
    return Object.fromEntries(Object.entries(fields).filter(([name]) => !stamps.onInsert.includes(name)));
  }

  private requireFields(fields: Fields, document: Document): void {
    const violation = this.violationOf(fields, document);
    if (violation !== undefined) throw this.invalid(document, violation, "on write");
  }

  private violationOfChange(name: string, value: Value, document: Document): SchemaViolation | undefined {
    const declared = this.schema.fields[name];
    if (declared === undefined || !this.schema.changing.includes(name)) {
      return { field: name, reason: "is not a field that may change" };
    }
    const { field } = unwrap(declared);
    if (field.kind !== "record") return findValueViolation(name, field, value, document);
    const stamped = this.schema.stamps.onSwap
      .filter((path) => path.startsWith(`${name}.`))
      .map((path) => path.slice(name.length + 1));
    const brought = Object.entries(field.fields).filter(([inner]) => !stamped.includes(inner));
    return findValueViolation(name, { kind: "record", fields: Object.fromEntries(brought) }, value, document);
  }

  private typed(document: Document): D {
    const violation = this.violationOf(this.schema.fields, document);
    if (violation !== undefined) throw this.invalid(document, violation, "on read");
    return document as D;
  }

  private invalid(document: Document, violation: SchemaViolation, found: "on write" | "on read"): StoreError {
    const id = this.schema.key.map((name) => String(document[name] ?? "?")).join(" ");
    return new StoreError({
      code: "STORE_DOCUMENT_INVALID",
      collection: this.schema.name,
      id: String(document._id ?? id),
      field: violation.field,
      reason: violation.reason,
      found,
    });
  }
}

/** Every document of all pages, one after the other. */
export async function* eachDocument<D>(readPage: ReadPage<D>): AsyncGenerator<D> {
  for await (const documents of eachPage(readPage)) yield* documents;
}

type ReadPage<D> = (request: PageRequest) => Promise<Page<D>>;

/** The range of an ordered read. */
export interface PageRange {
  /** Those after it. @default from the first one on */
  readonly after?: PageCursor | undefined;
  /** At most so many. @default to the last one */
  readonly limit?: number | undefined;
}

/** Documents in pages, one of which is in memory at a time. */
export async function* eachPage<D>(
  readPage: ReadPage<D>,
  { after: from, limit = Number.POSITIVE_INFINITY }: PageRange = {},
): AsyncGenerator<readonly D[]> {
  let after = from;
  for (let left = limit; left > 0; ) {
    const page = await readPage({ after, atMost: left });
    if (page.documents.length > 0) yield page.documents;
    left -= page.documents.length;
    after = page.next;
    if (after === undefined) return;
  }
}
