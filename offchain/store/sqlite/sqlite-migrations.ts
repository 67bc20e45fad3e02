import type { DatabaseSync } from "node:sqlite";
import type { Migration, MigrationTarget } from "../migrations/migration.ts";

const TABLE =
  "CREATE TABLE IF NOT EXISTS migrations (name TEXT NOT NULL PRIMARY KEY, applied_at TEXT NOT NULL) STRICT";

/** Each step and its record are one transaction, so a migration that fails leaves nothing behind. */
export class SqliteMigrations implements MigrationTarget {
  private readonly database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.database = database;
  }

  apply(migration: Migration): Promise<void> {
    return this.step(() => migration.sqlite.up(this.database));
  }

  takeBack(migration: Migration): Promise<void> {
    return this.step(() => migration.sqlite.down(this.database));
  }

  applied(): Promise<string[]> {
    return Promise.resolve(readApplied(this.database));
  }

  record(name: string): Promise<void> {
    const statement = "INSERT INTO migrations VALUES (?, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))";
    return this.finish(() => this.database.prepare(statement).run(name));
  }

  erase(name: string): Promise<void> {
    return this.finish(() => this.database.prepare("DELETE FROM migrations WHERE name = ?").run(name));
  }

  private step(work: () => void): Promise<void> {
    return this.guarded(() => {
      this.database.exec("BEGIN IMMEDIATE");
      this.database.exec(TABLE);
      work();
    });
  }

  private finish(work: () => unknown): Promise<void> {
    return this.guarded(() => {
      work();
      this.database.exec("COMMIT");
    });
  }

  private guarded(work: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      try {
        work();
        resolve();
      } catch (error) {
        if (this.database.isTransaction) this.database.exec("ROLLBACK");
        reject(error);
      }
    });
  }
}

export function readApplied(database: DatabaseSync): string[] {
  const exists = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'migrations'").get();
  if (exists === undefined) return [];
  const rows = database.prepare("SELECT name FROM migrations ORDER BY name").all();
  return rows.map((row) => String(row.name));
}
