/**
 * Prints collections as they are in the schema today, for a migration that creates them. The migration keeps this
 * snapshot, so that it creates the same even after the schema changes:
 *
 *     npx tsx scripts/database/snapshot-collections.ts NAME… > offchain/store/migrations/0002-NAME/snapshot.json
 */
import { snapshotOf } from "../../offchain/store/migrations/snapshot.ts";
import { COLLECTIONS } from "../../offchain/store/schema/index.ts";

const names = process.argv.slice(2);
const known = COLLECTIONS.map(({ name }) => name);
const unknown = names.filter((name) => !known.includes(name));

if (names.length === 0 || unknown.length > 0) {
  console.error(`Name collections of the schema: ${known.join(", ")}.`);
  process.exitCode = 1;
} else {
  const snapshots = COLLECTIONS.filter(({ name }) => names.includes(name)).map(snapshotOf);
  console.log(JSON.stringify(snapshots, undefined, 2));
}
