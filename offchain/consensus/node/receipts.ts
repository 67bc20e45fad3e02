import { mkdir, readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { SessionError } from "../../sessions/errors.ts";
import { recoverAddress } from "../../sessions/recover-address.ts";
import { hasCode } from "../../sessions/session-directory.ts";
import { sessionIdToBytes32 } from "../../sessions/session-id.ts";
import { closingTime } from "../slot-time.ts";
import type { PootDomain } from "../typed-data/domain.ts";
import { MessageHasher } from "../typed-data/message-hasher.ts";
import { type RelayReceipt, readReceipt, receiptsFolder } from "./receipt-file.ts";

/** Why a receipt's file cannot be used; it is moved into a folder of that name. */
export type ReceiptFault =
  /** It is no receipt, or nobody can have signed it. */
  | "refused"
  /** The slot in which it was to be claimed is closed. */
  | "late";

/** A receipt that waits, and its file. */
export interface WaitingReceipt {
  readonly file: string;
  readonly receipt: RelayReceipt;
}

/** What lies in the folder for a node and slot. */
export interface SlotReceipts {
  readonly usable: readonly WaitingReceipt[];
  /** Files that were moved aside. */
  readonly refused: number;
  readonly late: number;
}

/**
 * The receipts in `<dataDir>/receipts/*.json` that a node claims in a slot. Those of other nodes and of later slots stay;
 * what cannot be used any more is moved aside, into `refused` or `late`.
 *
 * @param now Unix milliseconds of the store's clock
 */
export async function findReceipts(
  { nodeId, slot, now }: { readonly nodeId: string; readonly slot: number; readonly now: number },
  { dataDir, domain }: { readonly dataDir: string; readonly domain: PootDomain },
): Promise<SlotReceipts> {
  const folder = receiptsFolder(dataDir);
  const hasher = new MessageHasher(domain);
  const usable: WaitingReceipt[] = [];
  const moved = { refused: 0, late: 0 };
  for (const file of await receiptFiles(folder)) {
    const receipt = await receiptIn(join(folder, file), hasher);
    const fault = receipt === undefined ? "refused" : now > closingTime(receipt.slot) ? "late" : undefined;
    if (fault !== undefined) {
      if (await moveAside(folder, file, fault)) moved[fault] += 1;
    } else if (receipt?.nodeId === nodeId && receipt.slot === slot) usable.push({ file, receipt });
  }
  return { usable, ...moved };
}

/** Moves the file of a receipt whose proof is in the store into `used`. */
export async function markUsed(dataDir: string, { file }: WaitingReceipt): Promise<void> {
  await moveAside(receiptsFolder(dataDir), file, "used");
}

async function receiptFiles(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith(".json")).sort();
  } catch (error) {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  }
}

/** Undefined for a file that is no receipt. Whether it was the session's owner who signed, the chain says. */
async function receiptIn(path: string, hasher: MessageHasher): Promise<RelayReceipt | undefined> {
  const read = await readReceipt(path).catch((error: unknown) => {
    if (error instanceof SessionError) return { receipt: undefined };
    throw error;
  });
  const { receipt } = read;
  if (receipt === undefined) return undefined;
  const { sessionId, nodeId, slot, bytes, signature } = receipt;
  const message = { sessionId: sessionIdToBytes32(sessionId), nodeId, slot, bytes };
  const { fault } = recoverAddress(hasher.digest({ name: "RelayReceipt", message }), signature);
  return fault === undefined ? receipt : undefined;
}

/** @returns false where another process moved it just now */
async function moveAside(folder: string, file: string, into: ReceiptFault | "used"): Promise<boolean> {
  await mkdir(join(folder, into), { recursive: true });
  try {
    await rename(join(folder, file), join(folder, into, file));
    return true;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return false;
    throw error;
  }
}
