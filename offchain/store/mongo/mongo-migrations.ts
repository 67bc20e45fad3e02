import type { Collection, Db } from "mongodb";
import type { Migration, MigrationTarget } from "../migrations/migration.ts";

interface AppliedMigration {
  readonly _id: string;
  readonly applied_at: Date;
}

/** The collection that records which migrations were applied. */
export const MIGRATIONS_COLLECTION = "migrations";

/** Creating what exists changes nothing, so a migration that was interrupted is simply applied again. */
export class MongoMigrations implements MigrationTarget {
  private readonly db: Db;
  private readonly collection: Collection<AppliedMigration>;

  constructor(db: Db) {
    this.db = db;
    this.collection = db.collection<AppliedMigration>(MIGRATIONS_COLLECTION);
  }

  async apply(migration: Migration): Promise<void> {
    await migration.mongodb.up(this.db);
  }

  async takeBack(migration: Migration): Promise<void> {
    await migration.mongodb.down(this.db);
  }

  async applied(): Promise<string[]> {
    const found = await this.collection.find().sort({ _id: 1 }).toArray();
    return found.map(({ _id }) => _id);
  }

  async record(name: string): Promise<void> {
    await this.collection.updateOne({ _id: name }, [{ $set: { applied_at: "$$NOW" } }], { upsert: true });
  }

  async erase(name: string): Promise<void> {
    await this.collection.deleteOne({ _id: name });
  }
}
