import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Provider } from "ethers";
import { z } from "zod";
import { LucidAnchors__factory } from "../../typechain-types/index.ts";
import type { Settings } from "../config/settings.ts";
import { parseJsonAs } from "../parse-json-as.ts";
import { writeJsonFile } from "../sessions/json-file.ts";
import { addressSchema } from "./address-schema.ts";
import { ContractError } from "./errors.ts";
import { CONTRACTS, type ContractKey, type ContractName, descriptorOf } from "./registry.ts";

/** Addresses of all contracts, by their keys. */
export type DeployedContracts = Readonly<Record<ContractKey, string>>;

/** A record that was written before a contract existed lacks it, until `deploy` is run again. */
const contractsShape = Object.fromEntries(
  CONTRACTS.map(({ key }) => [key, addressSchema.optional()]),
) as Record<ContractKey, z.ZodOptional<typeof addressSchema>>;

const deploymentSchema = z.strictObject({
  chainId: z.string().regex(/^\d+$/),
  genesisHash: z.string().regex(/^0x[0-9a-f]{64}$/),
  ...contractsShape,
  anchors: addressSchema,
  /** The block that deployed LucidAnchors: no event of ours is older, and PoOT's first slot is its slot. */
  deploymentBlock: z.int().nonnegative(),
});

const startSchema = z.strictObject({ afterBlock: z.int().nonnegative() });

/** Where the contracts of one chain are. */
export type Deployment = z.infer<typeof deploymentSchema>;

/** A chain by its id and the start of its genesis hash: local chains share an id and are restarted. */
export interface ChainIdentity {
  readonly chainId: bigint;
  readonly genesisHash: string;
}

export async function identifyChain(provider: Provider): Promise<ChainIdentity> {
  const [{ chainId }, genesis] = await Promise.all([provider.getNetwork(), provider.getBlock(0)]);
  return { chainId, genesisHash: genesis?.hash ?? `0x${"0".repeat(64)}` };
}

const GENESIS_DIGITS = 8;

/** Names a chain's deployment; Ignition requires a letter first, and allows no special characters but - and _. */
export function deploymentId({ chainId, genesisHash }: ChainIdentity): string {
  return `chain-${chainId}-${genesisHash.slice(2, 2 + GENESIS_DIGITS)}`;
}

function deploymentFolder(dataDir: string, chain: ChainIdentity): string {
  return join(dataDir, "deployments", deploymentId(chain));
}

function deploymentFile(dataDir: string, chain: ChainIdentity): string {
  return join(deploymentFolder(dataDir, chain), "lucid.json");
}

/**
 * Reads where the contracts of a chain are; undefined where none were deployed from here.
 *
 * @throws {ContractError} DEPLOYMENT_CORRUPT
 */
export async function readDeployment(dataDir: string, chain: ChainIdentity): Promise<Deployment | undefined> {
  const file = deploymentFile(dataDir, chain);
  const deployment = await readRecord(file, deploymentSchema);
  if (deployment !== undefined && deployment.genesisHash !== chain.genesisHash) {
    throw new ContractError({ code: "DEPLOYMENT_CORRUPT", file, reason: "it belongs to another chain" });
  }
  return deployment;
}

/** @throws {ContractError} DEPLOYMENT_CORRUPT */
async function readRecord<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
): Promise<z.infer<Schema> | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const record = parseJsonAs(schema, text);
  if ("value" in record) return record.value;
  const { reason, cause } = record;
  throw new ContractError({ code: "DEPLOYMENT_CORRUPT", file, reason }, { cause });
}

export async function writeDeployment(dataDir: string, deployment: Deployment): Promise<void> {
  const chain = { chainId: BigInt(deployment.chainId), genesisHash: deployment.genesisHash };
  await writeJsonFile(deploymentFile(dataDir, chain), deployment);
}

/** A contract and the block before which none of its events can be; 0 where that is not known. */
export interface ContractLocation {
  readonly address: string;
  readonly deploymentBlock: number;
}

export type DeploymentSettings = Pick<Settings, "dataDir" | "addresses">;

/**
 * Finds a contract: an address of the settings comes before the one that `deploy` recorded.
 *
 * @throws {ContractError} DEPLOYMENT_UNKNOWN, DEPLOYMENT_CORRUPT, CONTRACT_ABSENT
 */
export async function findContract(
  contract: ContractName,
  provider: Provider,
  settings: DeploymentSettings,
): Promise<ContractLocation> {
  const address = await knownAddress(contract, provider, settings);
  if (address === undefined) {
    const { chainId } = await provider.getNetwork();
    const folder = join(settings.dataDir, "deployments");
    const { addressSetting: setting } = descriptorOf(contract);
    const details = { contract, chainId: chainId.toString(), folder, setting };
    throw new ContractError({ code: "DEPLOYMENT_UNKNOWN", ...details });
  }
  const location = await contractAt(contract, address, provider, settings);
  if ((await provider.getCode(address)) !== "0x") return location;
  const { chainId } = await provider.getNetwork();
  throw new ContractError({ code: "CONTRACT_ABSENT", contract, address, chainId: chainId.toString() });
}

/**
 * A contract's address from the settings, else from the record of `deploy`; undefined where neither has one.
 *
 * @throws {ContractError} DEPLOYMENT_CORRUPT
 */
export async function knownAddress(
  contract: ContractName,
  provider: Provider,
  { dataDir, addresses }: DeploymentSettings,
): Promise<string | undefined> {
  const configured = addresses[descriptorOf(contract).addressSetting];
  return configured ?? addressIn(await readDeployment(dataDir, await identifyChain(provider)), contract);
}

function addressIn(deployment: Deployment | undefined, contract: ContractName): string | undefined {
  return deployment?.[descriptorOf(contract).key as ContractKey];
}

/**
 * A contract whose address is given, with the block of its deployment where that is recorded here.
 *
 * @throws {ContractError} DEPLOYMENT_CORRUPT
 */
export async function contractAt(
  contract: ContractName,
  address: string,
  provider: Provider,
  { dataDir }: DeploymentSettings,
): Promise<ContractLocation> {
  const recorded = await readDeployment(dataDir, await identifyChain(provider));
  const isRecorded = address === addressIn(recorded, contract);
  return { address, deploymentBlock: isRecorded ? (recorded?.deploymentBlock ?? 0) : 0 };
}

/**
 * Records that a deployment begins after this block, so that one that is killed midway is still found.
 *
 * @returns The block of the first attempt.
 * @throws {ContractError} DEPLOYMENT_CORRUPT
 */
export async function startDeployment(
  dataDir: string,
  chain: ChainIdentity,
  latestBlock: number,
): Promise<number> {
  const file = join(deploymentFolder(dataDir, chain), "started.json");
  const existing = await readRecord(file, startSchema);
  if (existing !== undefined) return existing.afterBlock;
  await writeJsonFile(file, { afterBlock: latestBlock });
  return latestBlock;
}

/**
 * Checks that Ignition's journal of a recorded deployment exists: without it, Ignition would deploy every contract again,
 * and the new ones would replace those that hold the sessions.
 *
 * @throws {ContractError} DEPLOYMENT_CORRUPT
 */
export function requireJournal(dataDir: string, chain: ChainIdentity): void {
  const file = join(deploymentFolder(dataDir, chain), "journal.jsonl");
  if (existsSync(file)) return;
  const reason = "it is missing, and without it the recorded contracts would be deployed a second time";
  throw new ContractError({ code: "DEPLOYMENT_CORRUPT", file, reason });
}

/**
 * The block that deployed LucidAnchors: its constructor emits the contract's first event there.
 *
 * @param afterBlock the block before the deployment began.
 * @throws {ContractError} DEPLOYMENT_FAILED when there is no such event
 */
export async function findDeploymentBlock(
  provider: Provider,
  anchors: string,
  afterBlock: number,
): Promise<number> {
  const contract = LucidAnchors__factory.connect(anchors, provider);
  const [first] = await contract.queryFilter(contract.filters.RoleGranted(), afterBlock);
  if (first !== undefined) return first.blockNumber;
  const reason = `LucidAnchors at ${anchors} emitted no event since block ${afterBlock}`;
  throw new ContractError({ code: "DEPLOYMENT_FAILED", reason });
}
