/**
 * Writes what four Besu validators need: `write-network.ts FOLDER ADDRESS…`. Keys that exist are kept, so that it can run
 * whenever the containers start; the genesis block is written once, since another one would be another chain.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isAddress } from "ethers";
import { genesisOf, staticNodes, type Validator, validatorOf } from "./network.ts";

const VALIDATORS = 4;
const PORT = 30_303;
/** Validator 1 has 172.30.1.11; see the network `chain` of compose.yaml. */
const FIRST_IP = 11;
const SECRET = 0o600;

const [folder, ...funded] = process.argv.slice(2);
if (folder === undefined || funded.length === 0 || !funded.every((address) => isAddress(address))) {
  console.error(
    `usage: write-network.ts FOLDER ADDRESS…; addresses that are funded, not "${funded.join(" ")}"`,
  );
  process.exit(2);
}

const validators = Array.from({ length: VALIDATORS }, (_, place) =>
  keptValidator(join(folder, `${place + 1}`)),
);
const peers = validators.map(({ nodeId }, place) => ({
  nodeId,
  ip: `172.30.1.${FIRST_IP + place}`,
  port: PORT,
}));
writeFileSync(join(folder, "static-nodes.json"), JSON.stringify(staticNodes(peers), undefined, 2));
const genesisFile = join(folder, "genesis.json");
if (!existsSync(genesisFile)) {
  const template = JSON.parse(readFileSync(join(import.meta.dirname, "genesis.json"), "utf8"));
  writeFileSync(genesisFile, JSON.stringify(genesisOf(template, validators, funded), undefined, 2));
}
console.log(`validators: ${validators.map(({ address }) => address).join(" ")}`);

function keptValidator(place: string): Validator {
  mkdirSync(place, { recursive: true });
  const file = join(place, "key");
  if (existsSync(file)) return validatorOf(readFileSync(file, "utf8").trim());
  const validator = validatorOf();
  writeFileSync(file, validator.key, { mode: SECRET });
  return validator;
}
