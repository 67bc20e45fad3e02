import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { z } from "zod";
import { parseJsonAs } from "../parse-json-as.ts";
import { readRegularFile } from "../sessions/read-regular-file.ts";
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
    const bytes = await readRegularFile(this.path, { maxBytes: MAX_BYTES });
    if (bytes === undefined) return undefined;
    const parsed = parseJsonAs(recordSchema, bytes.toString());
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
    await mkdir(dirname(this.path), { recursive: true });
    await writeFileAtomic(this.path, `${JSON.stringify(record, null, 2)}\n`);
  }
}
