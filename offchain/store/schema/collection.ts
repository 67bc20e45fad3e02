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
   * Whether something is decided by when a document was inserted. Then the server writes its time in the very
   * statement that inserts; else the engine may read the store's clock and insert just after.
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
  /** What may change after the insert, by a compare-and-set or outside the store. All else stays as it was inserted, and is what "the same again" means. */
  readonly changing: readonly string[];
  /** Fields that never change and yet are left out of what "the same again" means, e.g. who wrote the document. */
  readonly notCompared?: readonly string[];
  /** Undefined: unsharded, replicated whole. */
  readonly shardKey?: readonly string[];
  /** How a document is addressed: the shard key's fields too, so that one shard is asked. */
  readonly key: readonly string[];
  /** An indexed order from oldest to newest; its first field tells how old a document is. */
  readonly chronology?: readonly string[];
  readonly indexes: readonly Index[];
}

export function collection<const Name extends string, const F extends Fields, const S extends Stamps>(
  schema: CollectionSchema<Name, F, S>,
): CollectionSchema<Name, F, S> {
  return schema;
}
