import { existsSync } from "node:fs";
import type { EngineDescription, Inspection } from "./engine.ts";
import { StoreError } from "./errors.ts";
import type { MigrationStatus, MigrationTarget } from "./migrations/migration.ts";
import { migrateDown, migrateUp, migrationStatus } from "./migrations/migrator.ts";
import type { OnWaiting } from "./mongo/first-connection.ts";
import { initialiseMongo, withMongoMigrations } from "./mongo/initialise.ts";
import { isMongoSetting, openStore, requireKept } from "./open-store.ts";
import type { Ends } from "./repositories/repository.ts";
import { withFileMigrations } from "./sqlite/open-sqlite.ts";

interface Waiting {
  /** Told once when MongoDB has not answered for a second. */
  readonly onWaiting?: OnWaiting;
}

/**
 * Sets up the store that a setting names: collections, validators, indexes, shard keys and roles. A second run
 * changes nothing.
 *
 * @returns the migrations that were applied
 * @throws {StoreError} STORE_DRIFT where the store differs from the schema
 */
export async function initialiseStore(
  setting: string,
  { withRoles, onWaiting }: { withRoles: boolean } & Waiting,
): Promise<string[]> {
  requireKept(setting);
  if (isMongoSetting(setting)) return await initialiseMongo(setting, withRoles, onWaiting);
  const isThere = existsSync(setting);
  await using store = await openStore({ setting });
  const { drift, migrations } = await store.engine.inspect();
  const { location } = store.description;
  if (drift.length > 0) throw new StoreError({ code: "STORE_DRIFT", location, differences: drift });
  return isThere ? [] : [...migrations.applied];
}

export type MigrationDirection = "up" | "down" | "none";

/** Applies the pending migrations, reverts the newest one, or only reports. */
export async function migrateStore(
  setting: string,
  direction: MigrationDirection,
  { onWaiting }: Waiting = {},
): Promise<MigrationStatus & { readonly changed: readonly string[] }> {
  requireKept(setting);
  const migrate = async (target: MigrationTarget) => {
    const changed = await move(target, direction);
    return { changed, ...(await migrationStatus(target)) };
  };
  return isMongoSetting(setting)
    ? await withMongoMigrations(setting, migrate, onWaiting)
    : await withFileMigrations(setting, migrate);
}

async function move(target: MigrationTarget, direction: MigrationDirection): Promise<string[]> {
  if (direction === "up") return await migrateUp(target);
  return direction === "down" ? await migrateDown(target) : [];
}

export interface CollectionStatus {
  readonly collection: string;
  readonly count: number;
  readonly ends: Ends | undefined;
}

export interface StoreStatus extends EngineDescription, Inspection {
  readonly collections: readonly CollectionStatus[];
}

/** What is in the store, and how it is set up. Can read while another process writes. */
export async function storeStatus(setting: string, { onWaiting }: Waiting = {}): Promise<StoreStatus> {
  requireKept(setting);
  await using store = await openStore({ setting, readOnly: true, onWaiting });
  const inspection = await store.engine.inspect();
  // If an index is missing, finding the oldest and newest would scan the whole collection.
  const canSort = inspection.drift.length === 0;
  const collections: CollectionStatus[] = [];
  for (const repository of store.repositories) {
    const [count, ends] = [await repository.count(), canSort ? await repository.ends() : undefined];
    collections.push({ collection: repository.schema.name, count, ends });
  }
  return { ...store.description, ...inspection, collections };
}
