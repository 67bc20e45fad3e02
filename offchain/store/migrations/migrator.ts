import { MigrationError, Umzug } from "umzug";
import { StoreError } from "../errors.ts";
import { initial } from "./0001-initial/migration.ts";
import { storageChallenges } from "./0002-storage-challenges/migration.ts";
import type { Migration, MigrationStatus, MigrationTarget } from "./migration.ts";

/** Every migration, in the order in which they are applied. A released one is never changed again. */
export const MIGRATIONS: readonly Migration[] = [initial, storageChallenges];

/** @returns the names of the migrations that were applied */
export async function migrateUp(target: MigrationTarget): Promise<string[]> {
  return await named(createMigrator(target).up());
}

/** Reverts the newest migration. @returns its name, if there was one */
export async function migrateDown(target: MigrationTarget): Promise<string[]> {
  return await named(createMigrator(target).down());
}

/** Umzug wraps what a migration throws; an error of the store's is the answer itself. */
async function named(running: Promise<readonly { readonly name: string }[]>): Promise<string[]> {
  try {
    return (await running).map(({ name }) => name);
  } catch (error) {
    if (error instanceof MigrationError && error.cause instanceof StoreError) throw error.cause;
    throw error;
  }
}

/** Applies and reverts migrations; which were applied is recorded in the database itself. */
function createMigrator(target: MigrationTarget): Umzug<MigrationTarget> {
  return new Umzug<MigrationTarget>({
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
