import { writeFile } from "node:fs/promises";
import { z } from "zod";
import { readJsonFile } from "../../sessions/json-file.ts";
import { recoverAddress } from "../../sessions/recover-address.ts";
import type { NewNodeRecord } from "../../store/documents.ts";
import { ConsensusError } from "../errors.ts";
import type { PootDomain } from "../typed-data/domain.ts";
import { MessageHasher } from "../typed-data/message-hasher.ts";
import { registrationMessage } from "./registration-message.ts";

const FORMAT = "lucid-registration/1";
/** Some thousand nodes. */
const MAX_FILE_BYTES = 2 ** 20;

const address = z.string().regex(/^0x[0-9a-f]{40}$/);
const hash = z.string().regex(/^0x[0-9a-f]{64}$/);
const schema = z.strictObject({
  format: z.literal(FORMAT),
  records: z
    .array(
      z.strictObject({
        _id: hash,
        address,
        sequence: z.int().positive(),
        kind: z.literal("node"),
        action: z.enum(["register", "change"]),
        vrfPublicKey: hash,
        tronAddress: z.string().max(34),
        poolId: address,
        sig: z.string().regex(/^0x[0-9a-f]{130}$/),
      }),
    )
    .min(1),
});

/**
 * Writes records that a pool has to countersign to a new file.
 *
 * @throws {ConsensusError} REGISTRATION_FILE_INVALID
 */
export async function writeRegistrationFile(path: string, records: readonly NewNodeRecord[]): Promise<void> {
  const text = `${JSON.stringify({ format: FORMAT, records }, null, 2)}\n`;
  try {
    await writeFile(path, text, { flag: "wx" });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConsensusError({ code: "REGISTRATION_FILE_INVALID", path, reason }, { cause });
  }
}

/**
 * Reads the records that nodes ask a pool to countersign; each is signed by its node, for this pool.
 *
 * @throws {ConsensusError} REGISTRATION_FILE_INVALID
 * @throws {SessionError} FILE_*
 */
export async function readRegistrationFile(
  path: string,
  poolId: string,
  domain: PootDomain,
): Promise<readonly NewNodeRecord[]> {
  const refuse = (reason: string, options?: ErrorOptions) =>
    new ConsensusError({ code: "REGISTRATION_FILE_INVALID", path, reason }, options);
  const parsed = await readJsonFile(path, schema, MAX_FILE_BYTES);
  if (parsed === undefined) throw refuse("there is no such file");
  if ("reason" in parsed) throw refuse(parsed.reason, { cause: parsed.cause });
  const hasher = new MessageHasher(domain);
  for (const record of parsed.value.records) {
    const digest = hasher.digest({ name: "NodeRecord", message: registrationMessage(record) });
    const isSigned =
      record._id === `0x${Buffer.from(digest).toString("hex")}` &&
      recoverAddress(digest, record.sig).address === record.address;
    if (!isSigned)
      throw refuse(`the record of ${record.address} is not signed by it, for this chain and contract`);
    if (record.poolId !== poolId)
      throw refuse(`the record of ${record.address} is for the pool ${record.poolId}`);
  }
  return parsed.value.records;
}
