import { Refusal } from "../errors.ts";
import { SLOT_MS } from "../resources/usage.ts";
import { type Transaction, wireBytes } from "./transaction.ts";

const MAX_TRANSACTION_BYTES = 500 * 1_024;
/** How far ahead of the head an expiration may be. */
const MAX_AHEAD_MS = 86_400_000;

/** A head block, as far as these checks look. */
export interface Head {
  /** Unix milliseconds. */
  readonly timestamp: number;
}

/**
 * The check of a broadcast: the next block must still be able to hold it. The time is the chain's, never the clock's.
 *
 * @throws {Refusal} TRANSACTION_EXPIRATION_ERROR
 */
export function checkNextSlot({ expiration }: Transaction, head: Head): void {
  if (expiration < BigInt(head.timestamp + SLOT_MS)) throw expired();
}

/** The check before every execution. @throws {Refusal} TRANSACTION_EXPIRATION_ERROR, TOO_BIG_TRANSACTION_ERROR */
export function checkCommon(transaction: Transaction, head: Head): void {
  const bytes = wireBytes(transaction).length;
  if (bytes > MAX_TRANSACTION_BYTES)
    throw new Refusal(
      "TOO_BIG_TRANSACTION_ERROR",
      `Too big transaction with result, TxId ${transaction.id}, the size is ${bytes} bytes, maxTxSize ${MAX_TRANSACTION_BYTES}`,
    );
  const { expiration } = transaction;
  const now = BigInt(head.timestamp);
  if (expiration <= now || expiration > now + BigInt(MAX_AHEAD_MS)) throw expired();
}

/**
 * It must refer to a block of this chain: two bytes of the number, eight of the id.
 *
 * @param idOf the id, in hex, of the newest block whose number ends so
 * @throws {Refusal} TAPOS_ERROR
 */
export function checkReference(
  { refBlockBytes, refBlockHash }: Transaction,
  idOf: (twoBytes: number) => string | undefined,
): void {
  const number = refBlockBytes.length === 2 ? refBlockBytes.readUInt16BE() : undefined;
  const id = number === undefined ? undefined : idOf(number);
  if (id?.slice(16, 32) !== refBlockHash.toString("hex"))
    throw new Refusal("TAPOS_ERROR", "Tapos check error.");
}

const expired = () => new Refusal("TRANSACTION_EXPIRATION_ERROR", "Transaction expired");
