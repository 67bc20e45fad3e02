import type { DatabaseSync } from "node:sqlite";
import type { Inspection } from "../engine.ts";
import { MIGRATIONS } from "../migrations/migrator.ts";
import { COLLECTIONS } from "../schema/index.ts";
import { readApplied } from "./sqlite-migrations.ts";
import { createStatements } from "./tables.ts";

/** How the file is set up: SQLite's record of its tables, compared with the statements that the schema gives. */
export function inspect(database: DatabaseSync): Inspection {
  const applied = readApplied(database);
  const pending = MIGRATIONS.map(({ name }) => name).filter((name) => !applied.includes(name));
  return {
    migrations: { applied, pending },
    drift: findDrift(database),
    indexes: indexes(database),
    shards: undefined,
  };
}

function findDrift(database: DatabaseSync): string[] {
  const rows = database.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL").all();
  const held = new Set(rows.map((row) => String(row.sql)));
  return COLLECTIONS.flatMap((schema) =>
    createStatements(schema)
      .filter((statement) => !held.has(statement))
      .map((statement) => `${schema.name} lacks: ${statement}`),
  );
}

function indexes(database: DatabaseSync): Record<string, string[]> {
  const statement = database.prepare(
    "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL",
  );
  return Object.fromEntries(
    COLLECTIONS.map(({ name }) => [name, statement.all(name).map((row) => String(row.name))]),
  );
}
