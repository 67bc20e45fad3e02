import type { Json, JsonObject } from "../json/parse-json.ts";
import { decode, type Plain } from "../protobuf/codec.ts";
import { isContractType } from "../protobuf/schema.ts";
import { messageToJson } from "../protobuf/to-json.ts";
import { contractTypeName, rawOf, type Transaction } from "./transaction.ts";

/** A transaction's own part of an answer: its id and its raw data, as JSON and as bytes. */
export function transactionToJson(transaction: Transaction, isVisible: boolean): JsonObject {
  return {
    ...(transaction.signatures.length === 0
      ? {}
      : { signature: transaction.signatures.map((signature) => signature.toString("hex")) }),
    txID: transaction.id,
    raw_data: rawToJson(rawOf(transaction), isVisible),
    raw_data_hex: transaction.raw.toString("hex"),
  };
}

function rawToJson(raw: Plain, isVisible: boolean): JsonObject {
  const contracts = ((raw.contract ?? []) as Plain[]).map((contract) => contractToJson(contract, isVisible));
  return {
    ...messageToJson("Transaction.Raw", { ...raw, contract: undefined }, isVisible),
    contract: contracts,
  };
}

function contractToJson(contract: Plain, isVisible: boolean): Json {
  const type = contractTypeName(contract);
  const { type_url: typeUrl, value } = (contract.parameter ?? {}) as Plain;
  const bytes = (value as Buffer | undefined) ?? Buffer.alloc(0);
  const shown = isContractType(type)
    ? messageToJson(type, decode(type, bytes), isVisible)
    : bytes.toString("hex");
  const permission = Number(contract.Permission_id ?? 0);
  return {
    parameter: { value: shown, type_url: String(typeUrl ?? "") },
    type: type ?? "",
    ...(permission === 0 ? {} : { Permission_id: permission }),
  };
}

/** As broadcasthex shows it: contracts' parameters stay bytes, and what is empty is absent. */
export function plainTransactionToJson(transaction: Transaction): JsonObject {
  const raw = rawOf(transaction);
  const signature = transaction.signatures.map((bytes) => bytes.toString("hex"));
  return {
    ...(transaction.raw.length === 0 ? {} : { raw_data: messageToJson("Transaction.Raw", raw, false) }),
    ...(signature.length === 0 ? {} : { signature }),
  };
}
