import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { findViolation } from "../check.ts";
import { findDifference, isExpected } from "../compare.ts";
import type { SlotTally } from "../documents.ts";
import type {
  Change,
  Engine,
  EngineDescription,
  Inserted,
  Inspection,
  KeyedChange,
  Query,
  Swap,
  Where,
} from "../engine.ts";
import { StoreError } from "../errors.ts";
import type { Document, Field, Value } from "../fields.ts";
import type { CollectionSchema } from "../schema/index.ts";
import type { TallyRequest } from "../slot-tally/port.ts";
import { tallySlot } from "../slot-tally/sqlite-slot-tally.ts";
import { withStamps } from "../stamps.ts";
import { inspect } from "./inspect.ts";
import { fromRow, toColumn, toRow } from "./rows.ts";
import { toStoreError } from "./sqlite-errors.ts";
import { quoted } from "./tables.ts";
import { keySql, querySql, type Sql, whereSql } from "./where.ts";

/**
 * The store's clock in whole Unix milliseconds, read by SQLite inside the transaction that uses it. It is the clock
 * of the machine that holds the file: one machine, one writer, one clock.
 */
const NOW = "SELECT CAST(round(unixepoch('subsec') * 1000) AS INTEGER) AS now";

/** The SQLite engine, over a file or in memory. Calls run one after the other, because SQLite is synchronous. */
export class SqliteEngine implements Engine {
  readonly description: EngineDescription;
  readonly database: DatabaseSync;
  private readonly isReadOnly: boolean;
  private readonly onClose: (() => void) | undefined;
  private readonly statements = new Map<string, StatementSync>();

  /** @param onClose releases what opening the file acquired */
  constructor(
    database: DatabaseSync,
    description: EngineDescription,
    { isReadOnly = false, onClose }: { isReadOnly?: boolean; onClose?: () => void } = {},
  ) {
    this.database = database;
    this.description = description;
    this.isReadOnly = isReadOnly;
    this.onClose = onClose;
  }

  insert(schema: CollectionSchema, documents: readonly Document[], stamped: boolean): Promise<Inserted> {
    return this.inTransaction(() => {
      const now = this.readClock();
      const written = documents.map((document) =>
        stamped ? withStamps(document, schema.stamps.onInsert, now) : document,
      );
      return this.insertEach(schema, written, stamped);
    }).then(({ conflicts, ...inserted }) => {
      const [first] = conflicts;
      if (first === undefined) return inserted;
      const { name: collection } = schema;
      throw new StoreError({ code: "STORE_CONFLICT", collection, ...first, conflicts: conflicts.length });
    });
  }

  get(schema: CollectionSchema, key: Document): Promise<Document | undefined> {
    return this.answer(() => this.readOne(schema, keySql(schema, key)));
  }

  find(schema: CollectionSchema, query: Query): Promise<Document[]> {
    return this.answer(() => this.readAll(schema, querySql(schema, query)));
  }

  count(schema: CollectionSchema, where: Where): Promise<number> {
    return this.answer(() => {
      const { text, values } = whereSql(schema, where);
      const row = this.statement(`SELECT count(*) AS count FROM ${quoted(schema.name)}${text}`).get(
        ...values,
      );
      return Number(row?.count);
    });
  }

  compareAndSet(schema: CollectionSchema, key: Document, change: Change): Promise<Swap> {
    return this.inTransaction(() => this.swap(schema, key, change));
  }

  compareAndSetMany(schema: CollectionSchema, changes: readonly KeyedChange[]): Promise<number> {
    return this.inTransaction(
      () => changes.filter(({ key, change }) => this.swap(schema, key, change).swapped).length,
    );
  }

  tallySlot(request: TallyRequest): Promise<SlotTally[]> {
    return this.answer(() => tallySlot(this.database, request));
  }

  now(): Promise<number> {
    return this.answer(() => this.readClock());
  }

  inspect(): Promise<Inspection> {
    return this.answer(() => inspect(this.database));
  }

  close(): Promise<void> {
    return this.answer(() => {
      if (!this.database.isOpen) return;
      this.statements.clear();
      this.database.close();
      this.onClose?.();
    });
  }

  private swap(schema: CollectionSchema, key: Document, change: Change): Swap {
    const existing = this.readOne(schema, keySql(schema, key));
    const now = this.readClock();
    const { window } = change;
    const isInWindow = window === undefined || (now >= window.from && now < window.until);
    if (existing === undefined || !isInWindow || !isExpected(existing, change.expected)) {
      return { swapped: false, document: existing };
    }
    const set = withStamps(change.set, schema.stamps.onSwap, now);
    const document = without({ ...existing, ...set }, change.unset ?? []);
    this.update(schema, key, document, [...Object.keys(set), ...(change.unset ?? [])]);
    return { swapped: true, document };
  }

  private insertEach(schema: CollectionSchema, documents: readonly Document[], stamped: boolean) {
    const names = Object.keys(schema.fields);
    const marks = names.map(() => "?").join(", ");
    const statement = this.statement(
      `INSERT INTO ${quoted(schema.name)} (${names.map(quoted).join(", ")}) VALUES (${marks}) ON CONFLICT DO NOTHING`,
    );
    const conflicts: { id: string; field: string }[] = [];
    let inserted = 0;
    for (const document of documents) {
      const { changes } = statement.run(...toRow(schema, document));
      if (Number(changes) === 1) {
        inserted += 1;
        continue;
      }
      const field = this.conflictingField(schema, document, stamped);
      if (field !== undefined) conflicts.push({ id: String(document._id), field });
    }
    return { inserted, existing: documents.length - inserted - conflicts.length, conflicts };
  }

  /** The field in which the existing document with one of the same unique keys differs from this one. */
  private conflictingField(
    schema: CollectionSchema,
    document: Document,
    stamped: boolean,
  ): string | undefined {
    const uniqueKeys = [
      ["_id"],
      ...schema.indexes.filter(({ unique }) => unique).map(({ fields }) => fields),
    ];
    for (const names of uniqueKeys) {
      const where = Object.fromEntries(names.map((name) => [name, { is: document[name] as Value }]));
      const existing = this.readOne(schema, whereSql(schema, where));
      if (existing !== undefined) return findDifference(schema, existing, document, stamped);
    }
    throw new Error(`SQLite refused to insert into ${schema.name}, but no document has the same key`);
  }

  private update(
    schema: CollectionSchema,
    key: Document,
    document: Document,
    names: readonly string[],
  ): void {
    const violation = findViolation(schema.fields, document);
    if (violation !== undefined) {
      const id = String(document._id);
      throw new StoreError({
        code: "STORE_DOCUMENT_INVALID",
        collection: schema.name,
        id,
        ...violation,
        found: "on write",
      });
    }
    const where = keySql(schema, key);
    const assignments = names.map((name) => `${quoted(name)} = ?`).join(", ");
    const values = names.map((name) => toColumn(schema.fields[name] as Field, document[name], document));
    this.statement(`UPDATE ${quoted(schema.name)} SET ${assignments}${where.text}`).run(
      ...values,
      ...where.values,
    );
  }

  private readOne(schema: CollectionSchema, sql: Sql): Document | undefined {
    return this.readAll(schema, { text: `${sql.text} LIMIT 1`, values: sql.values })[0];
  }

  private readAll(schema: CollectionSchema, { text, values }: Sql): Document[] {
    const statement = this.statement(`SELECT * FROM ${quoted(schema.name)}${text}`);
    return statement.all(...(values as SQLInputValue[])).map((row) => fromRow(schema, row));
  }

  private readClock(): number {
    return Number(this.statement(NOW).get()?.now);
  }

  private statement(sql: string): StatementSync {
    const prepared = this.statements.get(sql);
    if (prepared !== undefined) return prepared;
    const statement = this.database.prepare(sql);
    statement.setReadBigInts(true);
    this.statements.set(sql, statement);
    return statement;
  }

  /** Atomic, and durable when the promise resolves. */
  private inTransaction<Result>(work: () => Result): Promise<Result> {
    const { location } = this.description;
    return this.answer(() => {
      if (this.isReadOnly) throw new StoreError({ code: "STORE_READ_ONLY", location });
      this.database.exec("BEGIN IMMEDIATE");
      try {
        const result = work();
        this.database.exec("COMMIT");
        return result;
      } catch (error) {
        // SQLite has already rolled back when the disk is full.
        if (this.database.isTransaction) this.database.exec("ROLLBACK");
        throw error;
      }
    });
  }

  private answer<Result>(work: () => Result): Promise<Result> {
    return new Promise((resolve, reject) => {
      try {
        resolve(work());
      } catch (error) {
        reject(toStoreError(error, this.description.location));
      }
    });
  }
}

function without(document: Document, names: readonly string[]): Document {
  return Object.fromEntries(Object.entries(document).filter(([name]) => !names.includes(name)));
}
