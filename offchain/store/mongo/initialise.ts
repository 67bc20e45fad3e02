import { type Db, MongoServerError } from "mongodb";
import { StoreError } from "../errors.ts";
import type { MigrationTarget } from "../migrations/migration.ts";
import { migrateUp } from "../migrations/migrator.ts";
import { connect } from "./connect.ts";
import { findDrift } from "./drift.ts";
import type { OnWaiting } from "./first-connection.ts";
import { toStoreError } from "./mongo-errors.ts";
import { MongoMigrations } from "./mongo-migrations.ts";
import { applyRoles } from "./roles.ts";

/** A collection that exists for a moment, to check that the server validates. */
const PROBE = "validation_probe";
const VALIDATION_FAILED = 121;

/**
 * Sets a database up; if it already is, changes nothing.
 *
 * @param withRoles also creates the roles, which needs the right to manage users
 * @returns the migrations that were applied
 * @throws {StoreError} STORE_DRIFT where the database differs from the schema
 */
export async function initialiseMongo(
  setting: string,
  withRoles: boolean,
  onWaiting?: OnWaiting,
): Promise<string[]> {
  const { client, db, location, isSharded } = await connect(setting, onWaiting);
  try {
    await requireValidation(db, location);
    const applied = await migrateUp(new MongoMigrations(db));
    const differences = await findDrift(db, isSharded);
    if (differences.length > 0) throw new StoreError({ code: "STORE_DRIFT", location, differences });
    if (withRoles) await applyRoles(db);
    return applied;
  } catch (error) {
    throw toStoreError(causeOf(error), { location, collection: "schema", isWrite: true });
  } finally {
    await client.close();
  }
}

/** Connects to migrate the database, whatever its version. */
export async function withMongoMigrations<Result>(
  setting: string,
  work: (target: MigrationTarget, location: string) => Promise<Result>,
  onWaiting?: OnWaiting,
): Promise<Result> {
  const { client, db, location } = await connect(setting, onWaiting);
  try {
    return await work(new MongoMigrations(db), location);
  } catch (error) {
    throw toStoreError(causeOf(error), { location, collection: "schema", isWrite: true });
  } finally {
    await client.close();
  }
}

/** A server that accepts a validator and then ignores it would store anything. */
async function requireValidation(db: Db, location: string): Promise<void> {
  const validator = { $jsonSchema: { bsonType: "object", required: ["fits"] } };
  // An initialisation that was killed here left its probe behind.
  if (await db.listCollections({ name: PROBE }, { nameOnly: true }).hasNext()) await db.dropCollection(PROBE);
  const probe = await db.createCollection(PROBE, { validator });
  try {
    await probe.insertOne({});
  } catch (error) {
    if (error instanceof MongoServerError && error.code === VALIDATION_FAILED) return;
    throw error;
  } finally {
    await probe.drop();
  }
  throw new StoreError({ code: "STORE_UNFIT", location, lacks: "validators ($jsonSchema)" });
}

/** What went wrong inside a migration. */
function causeOf(error: unknown): unknown {
  return error instanceof Error && error.name === "MigrationError" ? error.cause : error;
}
