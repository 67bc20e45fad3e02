import type { Db } from "mongodb";
import type { Inspection } from "../engine.ts";
import { migrationStatus } from "../migrations/migrator.ts";
import { COLLECTIONS } from "../schema/index.ts";
import { findDrift } from "./drift.ts";
import { MongoMigrations } from "./mongo-migrations.ts";

/** How the database is set up, as the server reports it. */
export async function inspect(db: Db): Promise<Inspection> {
  const isSharded = (await db.command({ hello: 1 })).msg === "isdbgrid";
  const indexes: Record<string, string[]> = {};
  for (const { name } of COLLECTIONS) {
    indexes[name] = (await db.collection(name).indexes()).map((index) => String(index.name));
  }
  return {
    migrations: await migrationStatus(new MongoMigrations(db)),
    drift: await findDrift(db, isSharded),
    indexes,
    shards: isSharded ? await shardDistribution(db) : undefined,
  };
}

async function shardDistribution(db: Db): Promise<Record<string, Record<string, number>>> {
  const distribution: Record<string, Record<string, number>> = {};
  for (const { name } of COLLECTIONS) {
    const counts = await db
      .collection(name)
      .aggregate([{ $collStats: { count: {} } }])
      .toArray();
    distribution[name] = Object.fromEntries(counts.map(({ shard, count }) => [String(shard), Number(count)]));
  }
  return distribution;
}
