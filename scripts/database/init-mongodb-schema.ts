/**
 * Sets up the MongoDB database that LUCID_STORE (or the first argument) names: collections, validators, indexes,
 * shard keys and roles, for deployments that run no Hardhat. The same as `npx hardhat store init`.
 *
 *     npx tsx scripts/database/init-mongodb-schema.ts mongodb://admin:…@host/lucid?authSource=admin [--skip-roles]
 */
import { parseArgs } from "node:util";
import { readSettings } from "../../offchain/config/settings.ts";
import { LucidError } from "../../offchain/errors.ts";
import { printable } from "../../offchain/printable.ts";
import { initialiseStore } from "../../offchain/store/administration.ts";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { "skip-roles": { type: "boolean", default: false } },
});

try {
  const setting = positionals[0] ?? readSettings(process.env).store;
  const changed = await initialiseStore(setting, {
    withRoles: !values["skip-roles"],
    onWaiting: (location) => console.error(printable(`waiting for MongoDB at ${location}…`)),
  });
  console.log(changed.length > 0 ? `applied ${changed.join(", ")}` : "nothing to change");
} catch (error) {
  if (!(error instanceof LucidError)) throw error;
  console.error(printable(`Error ${error.code}: ${error.message}`));
  process.exitCode = 1;
}
