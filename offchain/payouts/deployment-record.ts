import { join } from "node:path";
import { z } from "zod";
import { readJsonFile, writeJsonFile } from "../sessions/json-file.ts";
import { PayoutServiceError } from "./service/errors.ts";

const MAX_BYTES = 2 ** 20;

/** Contracts of a deployment, in the order in which they are deployed. */
export const DEPLOYED = ["token", "ledger", "v0", "kyc"] as const;
export type DeployedName = (typeof DEPLOYED)[number];

const contractSchema = z.strictObject({
  address: z.string(),
  txid: z.string(),
  /** In which it was deployed; earlier records do not have it. */
  block: z.int().nonnegative().optional(),
  /** Of the transaction that deploys it, until it is solidified. */
  pending: z.strictObject({ bytes: z.string(), expiresAt: z.int() }).optional(),
});

const recordSchema = z.strictObject({
  chainId: z.string(),
  deployer: z.string(),
  treasury: z.string(),
  token: z.string().optional(),
  contracts: z.partialRecord(z.enum(DEPLOYED), contractSchema),
});

/** What `payout deploy` has done on a chain. Addresses are base58check. */
export type DeploymentRecord = z.infer<typeof recordSchema>;

/** The record of `payout deploy`, a file for each chain, written whole or not at all. */
export class DeploymentFile {
  readonly path: string;

  /** @param dataDir LUCID_DATA_DIR */
  constructor(dataDir: string, chainId: bigint) {
    this.path = join(dataDir, "tron", `${chainId}.json`);
  }

  /** @throws {PayoutServiceError} PAYOUT_DEPLOYMENT_DIFFERS where it is malformed */
  async read(): Promise<DeploymentRecord | undefined> {
    const parsed = await readJsonFile(this.path, recordSchema, MAX_BYTES);
    if (parsed === undefined) return undefined;
    if ("value" in parsed) return parsed.value;
    throw new PayoutServiceError(
      {
        code: "PAYOUT_DEPLOYMENT_DIFFERS",
        ...{ file: this.path, field: "form", stored: parsed.reason, asked: "a record of payout deploy" },
      },
      { cause: parsed.cause },
    );
  }

  async write(record: DeploymentRecord): Promise<void> {
    await writeJsonFile(this.path, record);
  }
}
