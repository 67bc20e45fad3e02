import type { Fields } from "../fields.ts";

/** An index, and the query that it serves. */
export interface Index {
  readonly name: string;
  readonly fields: readonly string[];
  readonly unique?: true;
  readonly serves: string;
}

/** What the store itself writes into a document: its clock, never the caller's. */
export interface Stamps {
  readonly onInsert: readonly string[];
  /** Stamped by every compare-and-set; `a.b` only where the compare-and-set writes a record `a`. */
  readonly onSwap: readonly string[];
  /**
   * Whether the time of an insert decides anything. If so, the server sets the time in the statement that inserts;
   * otherwise the engine may read the store's clock just before.
   */
  readonly decides?: true;
}

export interface CollectionSchema<
  Name extends string = string,
  F extends Fields = Fields,
  S extends Stamps = Stamps,
> {
  readonly name: Name;
  /** `_id` first. */
  readonly fields: F;
  readonly stamps: S;
  /** What may change after the insert, by a compare-and-set or outside the store. Other fields never change, and decide whether a document is the same. */
  readonly changing: readonly string[];
  /** Fields that never change but are not compared either, e.g. who wrote the document. */
  readonly notCompared?: readonly string[];
  /** Undefined: unsharded, replicated whole. */
  readonly shardKey?: readonly string[];
  /** How a document is addressed: the shard key's fields too, so that one shard is asked. */
  readonly key: readonly string[];
  /** An indexed order from oldest to newest; its first field gives a document's age. */
  readonly chronology?: readonly string[];
  readonly indexes: readonly Index[];
}

export function collection<const Name extends string, const F extends Fields, const S extends Stamps>(
  schema: CollectionSchema<Name, F, S>,
): CollectionSchema<Name, F, S> {
  return schema;
}
