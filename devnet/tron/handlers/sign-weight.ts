import { shownAddress } from "../answers/block-to-json.ts";
import { Refusal } from "../errors.ts";
import type { JsonObject } from "../json/parse-json.ts";
import { transactionFromJson } from "../transaction/from-json.ts";
import { checkSignature } from "../transaction/signature.ts";
import { transactionToJson } from "../transaction/to-json.ts";
import type { Transaction } from "../transaction/transaction.ts";
import type { CallRequest } from "./request.ts";

/** Whose signatures a transaction has, and whether they are enough. Every owner here has one key. */
export function signWeight(request: CallRequest): JsonObject {
  const transaction = transactionFromJson(request.body);
  const { isVisible } = request;
  const owner = ownerOf(transaction, isVisible);
  const failure = failureOf(request, transaction);
  const isSigned = failure === undefined && transaction.signatures.length > 0;
  return {
    result: failure === undefined ? (isSigned ? {} : { code: "NOT_ENOUGH_PERMISSION" }) : denied(failure),
    ...(isSigned ? { approved_list: [owner], current_weight: 1 } : {}),
    permission: { keys: [{ address: owner, weight: 1 }], threshold: 1, permission_name: "owner" },
    transaction: shownTransaction(transaction, isVisible),
  };
}

/** Who signed a transaction. */
export function approvedList(request: CallRequest): JsonObject {
  const transaction = transactionFromJson(request.body);
  const failure = failureOf(request, transaction);
  const isSigned = failure === undefined && transaction.signatures.length > 0;
  return {
    result: failure === undefined ? {} : denied(failure),
    ...(isSigned ? { approved_list: [ownerOf(transaction, request.isVisible)] } : {}),
    transaction: shownTransaction(transaction, request.isVisible),
  };
}

const denied = (message: string): JsonObject => ({ code: "PERMISSION_ERROR", message });

const ownerOf = ({ contract }: Transaction, isVisible: boolean): string =>
  shownAddress(contract?.owner.toString("hex") ?? "", isVisible);

/** Why a signature does not count; undefined where each does, and where there is none. */
function failureOf({ view }: CallRequest, transaction: Transaction): string | undefined {
  if (transaction.signatures.length === 0) return undefined;
  const owner = transaction.contract?.owner.toString("hex") ?? "";
  try {
    checkSignature(transaction, view.world.account(owner));
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.message.replace(/^Validate signature error: /, "");
    throw error;
  }
}

const shownTransaction = (transaction: Transaction, isVisible: boolean): JsonObject => ({
  result: { result: true },
  txid: transaction.id,
  transaction: transactionToJson(transaction, isVisible),
});
