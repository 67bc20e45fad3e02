import type { Umzug } from "umzug";
import { StoreError } from "../errors.ts";
import { initial } from "./0001-initial/migration.ts";
import { storageChallenges } from "./0002-storage-challenges/migration.ts";
import { consensus } from "./0003-consensus/migration.ts";
import { sessionLabel } from "./0004-session-label/migration.ts";
import { blockSignature } from "./0005-block-signature/migration.ts";
import { statementRows } from "./0006-statement-rows/migration.ts";
import { blockWrittenAt } from "./0007-block-written-at/migration.ts";
import { sessionQueued } from "./0008-session-queued/migration.ts";
import type { Migration, MigrationStatus, MigrationTarget } from "./migration.ts";

/** Every migration, in the order in which they are applied. A released one is never changed again. */
export const MIGRATIONS: readonly Migration[] = [
  // One a line, by their numbers.
  initial,
  storageChallenges,
  consensus,
  sessionLabel,
  blockSignature,
  statementRows,
  blockWrittenAt,
  sessionQueued,
];

/** @returns the names of the migrations that were applied */
export async function migrateUp(target: MigrationTarget): Promise<string[]> {
  return await named(target, (migrator) => migrator.up());
}

/** Reverts the newest migration. @returns its name, if there was one */
export async function migrateDown(target: MigrationTarget): Promise<string[]> {
  return await named(target, (migrator) => migrator.down());
}

type Migrator = Umzug<MigrationTarget>;

/** Umzug wraps what a migration throws; an error of the store is unwrapped and thrown itself. */
async function named(
  target: MigrationTarget,
  run: (migrator: Migrator) => Promise<readonly { readonly name: string }[]>,
): Promise<string[]> {
  // Imported only for migrations: loading it takes longer than most commands.
  const { MigrationError, Umzug } = await import("umzug");
  // Which were applied is recorded in the database itself.
  const migrator = new Umzug<MigrationTarget>({
    migrations: MIGRATIONS.map((migration) => ({
      name: migration.name,
      up: () => target.apply(migration),
      down: () => target.takeBack(migration),
    })),
    context: target,
    storage: {
      executed: () => target.applied(),
      logMigration: ({ name }) => target.record(name),
      unlogMigration: ({ name }) => target.erase(name),
    },
    logger: undefined,
  });
  try {
    return (await run(migrator)).map(({ name }) => name);
  } catch (error) {
    if (error instanceof MigrationError && error.cause instanceof StoreError) throw error.cause;
    throw error;
  }
}

export async function migrationStatus(target: MigrationTarget): Promise<MigrationStatus> {
  const applied = await target.applied();
  return { applied, pending: MIGRATIONS.map(({ name }) => name).filter((name) => !applied.includes(name)) };
}

/**
 * Whether the store is at exactly this version.
 *
 * @throws {StoreError} STORE_MIGRATIONS_PENDING, STORE_NEWER
 */
export async function requireCurrent(target: MigrationTarget, location: string): Promise<void> {
  const { applied, pending } = await migrationStatus(target);
  const unknown = applied.filter((name) => !MIGRATIONS.some((migration) => migration.name === name));
  if (unknown.length > 0) throw new StoreError({ code: "STORE_NEWER", location, unknown });
  if (pending.length > 0) throw new StoreError({ code: "STORE_MIGRATIONS_PENDING", location, pending });
}
