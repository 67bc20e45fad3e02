import type { DatabaseSync } from "node:sqlite";
import type { Db } from "mongodb";

/** One step of the schema, for both engines. */
export interface Migration {
  /** Begins with a number, its position in the order. */
  readonly name: string;
  readonly sqlite: Step<DatabaseSync, void>;
  readonly mongodb: Step<Db, Promise<void>>;
}

interface Step<Database, Done> {
  up(database: Database): Done;
  /** @throws {StoreError} STORE_NOT_EMPTY where documents would be lost */
  down(database: Database): Done;
}

/** A database that migrations are applied to. */
export interface MigrationTarget {
  apply(migration: Migration): Promise<void>;
  takeBack(migration: Migration): Promise<void>;
  /** Names of the migrations that were applied, in order. */
  applied(): Promise<string[]>;
  record(name: string): Promise<void>;
  erase(name: string): Promise<void>;
}

export interface MigrationStatus {
  readonly applied: readonly string[];
  readonly pending: readonly string[];
}
