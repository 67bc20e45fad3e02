import { randomUUID } from "node:crypto";
import { mkdir, rename } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import { readJsonFile } from "../../sessions/json-file.ts";
import { syncFolder, writeDurably } from "../../sessions/session-directory.ts";
import { UUID } from "../../sessions/session-id.ts";

/** A file's first field: what it is, and of which version. */
export const RECEIPT_FORMAT = "lucid-relay-receipt-1";
const MAX_RECEIPT_BYTES = 4_096;

const RECEIPT = z.strictObject({
  format: z.literal(RECEIPT_FORMAT),
  sessionId: z.string().regex(UUID),
  nodeId: z.string().regex(/^0x[0-9a-f]{40}$/),
  slot: z.int().nonnegative(),
  bytes: z.int().positive(),
  signature: z.string().regex(/^0x[0-9a-f]{130}$/),
});

/** What a session's owner signed: this node relayed so many bytes of it, to be claimed in this slot. */
export type RelayReceipt = Omit<z.infer<typeof RECEIPT>, "format">;

/** Where receipts wait to be used: `<dataDir>/receipts`. */
export const receiptsFolder = (dataDir: string): string => resolve(dataDir, "receipts");

/** Name of a receipt's file: `SLOT-SESSION-NODE-….json`. */
const fileNameOf = ({ slot, sessionId, nodeId }: RelayReceipt) =>
  `${slot}-${sessionId}-${nodeId}-${randomUUID().slice(0, 8)}.json`;

/**
 * Writes a receipt for a node to use: under another name first, so that nobody reads half of it.
 *
 * @returns the file's path
 */
export async function writeReceipt(folder: string, receipt: RelayReceipt): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, fileNameOf(receipt));
  const text = `${JSON.stringify({ format: RECEIPT_FORMAT, ...receipt }, undefined, 2)}\n`;
  await writeDurably(`${path}.new`, Buffer.from(text));
  await rename(`${path}.new`, path);
  await syncFolder(folder);
  return path;
}

/** A receipt, or why a file is not one. */
export async function readReceipt(
  path: string,
): Promise<{ readonly receipt: RelayReceipt } | { readonly receipt?: never; readonly reason: string }> {
  const parsed = await readJsonFile(path, RECEIPT, MAX_RECEIPT_BYTES);
  if (parsed === undefined) return { reason: "it is gone" };
  if ("reason" in parsed) return { reason: parsed.reason };
  const { format: _, ...receipt } = parsed.value;
  return { receipt };
}
