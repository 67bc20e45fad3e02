import { JavaError, Refusal } from "../errors.ts";
import type { Json, JsonObject } from "../json/parse-json.ts";
import { printSpacedJson } from "../json/print-json.ts";
import { transactionFromBytes, transactionFromJson } from "../transaction/from-json.ts";
import { plainTransactionToJson } from "../transaction/to-json.ts";
import type { Transaction } from "../transaction/transaction.ts";

/** Takes a transaction among the pending ones. @throws {Refusal} */
export type Accept = (transaction: Transaction) => Promise<void>;

/** broadcasttransaction: an accepted one has no code, a refused one no result. */
export async function broadcastTransaction(body: Json | undefined, accept: Accept): Promise<JsonObject> {
  const transaction = transactionFromJson(body);
  const refusal = await refusalOf(transaction, accept);
  if (refusal === undefined) return { result: true, txid: transaction.id };
  const message = Buffer.from(refusal.message).toString("hex");
  return { code: refusal.code, txid: transaction.id, message };
}

/** broadcasthex: both have a result and a code, and the message is plain text. */
export async function broadcastHex(params: JsonObject, accept: Accept): Promise<JsonObject> {
  const transaction = transactionFromBytes(hexOf(params.transaction));
  const refusal = await refusalOf(transaction, accept);
  return {
    result: refusal === undefined,
    code: refusal?.code ?? "SUCCESS",
    txid: transaction.id,
    message: refusal?.message ?? "",
    transaction: printSpacedJson(plainTransactionToJson(transaction)),
  };
}

async function refusalOf(transaction: Transaction, accept: Accept): Promise<Refusal | undefined> {
  try {
    await accept(transaction);
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

function hexOf(value: Json | undefined): Buffer {
  const text = typeof value === "string" ? value : "";
  if (/^([0-9a-fA-F]{2})*$/.test(text)) return Buffer.from(text, "hex");
  throw new JavaError(
    "org.bouncycastle.util.encoders.DecoderException",
    "exception decoding Hex string: invalid characters encountered in Hex string",
  );
}
