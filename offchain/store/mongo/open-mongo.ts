import { requireCurrent } from "../migrations/migrator.ts";
import { type Connection, connect } from "./connect.ts";
import type { OnWaiting } from "./first-connection.ts";
import { MongoEngine } from "./mongo-engine.ts";
import { toStoreError } from "./mongo-errors.ts";
import { MIGRATIONS_COLLECTION, MongoMigrations } from "./mongo-migrations.ts";

/**
 * Opens a database that was initialised for this version.
 *
 * @throws {StoreError}
 */
export async function openMongo(setting: string, onWaiting?: OnWaiting): Promise<MongoEngine> {
  const connection = await connect(setting, onWaiting);
  const { client, db, location } = connection;
  try {
    await requireCurrent(new MongoMigrations(db), location);
    return engineOver(connection);
  } catch (error) {
    await client.close();
    throw toStoreError(error, { location, collection: MIGRATIONS_COLLECTION, isWrite: false });
  }
}

function engineOver({ client, db, location, version }: Connection): MongoEngine {
  return new MongoEngine(client, db, { engine: "mongodb", location, version: `MongoDB ${version}` });
}
