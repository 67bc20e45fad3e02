/**
 * The kinds of values a document is made of.
 *
 * A field is plain data, from which everything else is derived elsewhere: the TypeScript type (ValueOf), the check that
 * guards every write and read, MongoDB's validator, SQLite's columns, and the exact JSON of an export.
 */
export type Field =
  /** A UUID in lower case; BinData 4 in MongoDB. */
  | { readonly kind: "uuid" }
  /** 32 bytes as 0x and 64 lower-case hex digits. */
  | { readonly kind: "hash" }
  /** An EVM address as 0x and 40 lower-case hex digits: in one spelling, so that equal addresses are equal strings. */
  | { readonly kind: "address" }
  /** Bytes as 0x and lower-case hex digits. */
  | { readonly kind: "bytes"; readonly most: number }
  | { readonly kind: "text"; readonly most: number }
  /** A whole number from 0 to 2^53 - 1; Long in MongoDB. */
  | { readonly kind: "whole" }
  /** A whole number from 0 to 2^63 - 1, e.g. micro-USDT or wei; Long in MongoDB. */
  | { readonly kind: "amount" }
  /** Unix milliseconds; a Date in MongoDB. */
  | { readonly kind: "time" }
  | { readonly kind: "choice"; readonly of: readonly string[] }
  | { readonly kind: "list"; readonly of: Field; readonly most: number }
  | { readonly kind: "record"; readonly fields: Fields }
  /** A record whose fields depend on the value of the document's field `by`. */
  | { readonly kind: "variant"; readonly by: string; readonly of: Readonly<Record<string, Fields>> }
  | { readonly kind: "optional"; readonly of: Field };

export type Fields = Readonly<Record<string, Field>>;

export type Value = string | number | bigint | readonly Value[] | { readonly [field: string]: Value };
/** A document as engines see it; repositories give it its type. */
export type Document = { readonly [field: string]: Value };

export type ValueOf<F> = F extends { kind: "amount" }
  ? bigint
  : F extends { kind: "whole" | "time" }
    ? number
    : F extends { kind: "choice"; of: readonly (infer Choice)[] }
      ? Choice
      : F extends { kind: "list"; of: infer Item }
        ? readonly ValueOf<Item>[]
        : F extends { kind: "record"; fields: infer Inner }
          ? RecordOf<Inner>
          : F extends { kind: "variant"; of: infer Variants }
            ? { [Name in keyof Variants]: RecordOf<Variants[Name]> }[keyof Variants]
            : F extends { kind: "optional"; of: infer Inner }
              ? ValueOf<Inner>
              : string;

type OptionalName<R> = { [Name in keyof R]: R[Name] extends { kind: "optional" } ? Name : never }[keyof R];

export type RecordOf<R> = {
  readonly [Name in Exclude<keyof R, OptionalName<R>>]: ValueOf<R[Name]>;
} & { readonly [Name in OptionalName<R>]?: ValueOf<R[Name]> };

export const uuid = { kind: "uuid" } as const;
export const hash = { kind: "hash" } as const;
export const address = { kind: "address" } as const;
export const whole = { kind: "whole" } as const;
export const amount = { kind: "amount" } as const;
export const time = { kind: "time" } as const;

/** @param most longest length in bytes */
export const bytes = (most: number) => ({ kind: "bytes", most }) as const;
/** @param most longest length in UTF-16 units */
export const text = (most: number) => ({ kind: "text", most }) as const;
export const choice = <const Choices extends readonly string[]>(...of: Choices) =>
  ({ kind: "choice", of }) as const;
export const list = <const Item extends Field>(of: Item, most: number) =>
  ({ kind: "list", of, most }) as const;
export const record = <const Inner extends Fields>(fields: Inner) => ({ kind: "record", fields }) as const;
export const variant = <const Variants extends Readonly<Record<string, Fields>>>(by: string, of: Variants) =>
  ({ kind: "variant", by, of }) as const;
export const optional = <const Inner extends Field>(of: Inner) => ({ kind: "optional", of }) as const;

/** A field without its optional wrapper, and whether it may be left out. */
export interface Declared {
  readonly name: string;
  readonly field: Exclude<Field, { kind: "optional" }>;
  readonly isOptional: boolean;
}

export function unwrap(declared: Field): Omit<Declared, "name"> {
  if (declared.kind !== "optional") return { field: declared, isOptional: false };
  return { field: unwrap(declared.of).field, isOptional: true };
}

const declarations = new WeakMap<Fields, readonly Declared[]>();

/** A record's fields, unwrapped once instead of for every document. */
export function declaredFields(fields: Fields): readonly Declared[] {
  const known = declarations.get(fields);
  if (known !== undefined) return known;
  const declared = Object.entries(fields).map(([name, field]) => ({ name, ...unwrap(field) }));
  declarations.set(fields, declared);
  return declared;
}
