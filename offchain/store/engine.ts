import type { Document, Value } from "./fields.ts";
import type { MigrationStatus } from "./migrations/migration.ts";
import type { CollectionSchema } from "./schema/index.ts";
import type { SlotTallyPort } from "./slot-tally/port.ts";

/** The value that a field must have for a document to match. */
export type Condition =
  | { readonly is: Value }
  | { readonly in: readonly Value[] }
  | { readonly atLeast?: Value; readonly below?: Value }
  | { readonly contains: Value }
  | { readonly absent: true };

export type Where = Readonly<Record<string, Condition>>;

/** An ordered read of documents, one page at a time. */
export interface Query {
  readonly where: Where;
  /** The index of the schema that serves it, or `_id_`: MongoDB gets it as a hint. */
  readonly index: string;
  /** Fields that together are unique, so that pages neither overlap nor skip. */
  readonly orderBy: readonly string[];
  readonly descending?: boolean;
  /** The values of `orderBy` in the last document of the previous page. */
  readonly after?: readonly Value[];
  readonly limit: number;
}

/** A change that is made only if the document is still what the caller expects. */
export interface Change {
  /** The change must contradict it, so that a repeated change can be distinguished from a first one. */
  readonly expected: Where;
  readonly set: Document;
  readonly unset?: readonly string[];
  /** Unix milliseconds of the store's clock within which the change must happen. */
  readonly window?: { readonly from: number; readonly until: number };
}

/** A change, and the document to which it applies. */
export interface KeyedChange {
  readonly key: Document;
  readonly change: Change;
}

/** Whether the change happened, and the document as it is now; undefined where there is none. */
export type Swap<D = Document> =
  | { readonly swapped: true; readonly document: D }
  | { readonly swapped: false; readonly document: D | undefined };

export interface Inserted {
  /** Documents that were written by this call. */
  readonly inserted: number;
  /** Documents that existed already, the same in every field that is compared. */
  readonly existing: number;
}

export interface EngineDescription {
  readonly engine: "memory" | "file" | "mongodb";
  /** Where it is, without credentials. */
  readonly location: string;
  readonly version: string;
}

export interface Inspection {
  readonly migrations: MigrationStatus;
  /** Its differences from the schema, one sentence each. */
  readonly drift: readonly string[];
  readonly indexes: Readonly<Record<string, readonly string[]>>;
  /** Documents per shard, by collection; undefined where nothing is sharded. */
  readonly shards: Readonly<Record<string, Readonly<Record<string, number>>>> | undefined;
}

/**
 * What a database must be able to do to hold the state. The repository checks documents before they go in and when they
 * come out. How values are encoded is up to the engine.
 */
export interface Engine extends SlotTallyPort {
  readonly description: EngineDescription;
  /**
   * Inserts each document separately, once: the same again changes nothing; a different one under an existing key is a
   * conflict, which is reported when all others are written. Acknowledged means durable.
   *
   * @param stamped false to keep the stamps that the documents carry, for an import
   * @throws {StoreError} STORE_CONFLICT
   */
  insert(schema: CollectionSchema, documents: readonly Document[], stamped: boolean): Promise<Inserted>;
  get(schema: CollectionSchema, key: Document): Promise<Document | undefined>;
  compareAndSet(schema: CollectionSchema, key: Document, change: Change): Promise<Swap>;
  /**
   * Several independent compare-and-sets at once: one that fails does not prevent the others.
   *
   * @returns how many were made
   */
  compareAndSetMany(schema: CollectionSchema, changes: readonly KeyedChange[]): Promise<number>;
  find(schema: CollectionSchema, query: Query): Promise<Document[]>;
  count(schema: CollectionSchema, where: Where): Promise<number>;
  /** The store's clock, in Unix milliseconds. */
  now(): Promise<number>;
  /** How the database itself is set up, compared with the schema. */
  inspect(): Promise<Inspection>;
  close(): Promise<void>;
}
