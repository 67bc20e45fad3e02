import { JavaError } from "../errors.ts";
import { isObject, type Json, type JsonObject } from "../json/parse-json.ts";
import { decode, encode, type Plain } from "../protobuf/codec.ts";
import { messageFromJson } from "../protobuf/from-json.ts";
import { isContractType } from "../protobuf/schema.ts";
import { contractTypeNumber, type Transaction, transactionOf } from "./transaction.ts";

const NULL_POINTER = "java.lang.NullPointerException";
const JSON_OBJECT = "com.alibaba.fastjson.JSONObject";
const JSON_ARRAY = "com.alibaba.fastjson.JSONArray";

/** A node names no place in a nested message that anybody has recorded. */
const NO_PLACE = () => "1:1";

/**
 * Rebuilds a transaction from `raw_data` as a node does: `txID` and `raw_data_hex` are not looked at, so whoever sends
 * other values than it has gets the true id in the answer.
 *
 * @throws {JavaError} where a node fails on the JSON
 */
export function transactionFromJson(json: Json | undefined): Transaction {
  if (!isObject(json)) throw nullPointer(JSON_OBJECT, "getJSONObject(String)", "jsonTransaction");
  const { raw_data: raw } = json;
  if (!isObject(raw)) throw nullPointer(JSON_OBJECT, "getJSONArray(String)", "rawData");
  if (!Array.isArray(raw.contract)) throw nullPointer(JSON_ARRAY, "size()", "rawContractArray");
  const isVisible = json.visible === true;
  const contracts = raw.contract
    .filter(isObject)
    .flatMap((contract) => contractFromJson(contract, isVisible));
  const rest = messageFromJson("Transaction.Raw", { ...raw, contract: [] }, false, NO_PLACE);
  const signatures = Array.isArray(json.signature) ? json.signature.map(signatureBytes) : [];
  return transactionOf({ ...rest, contract: contracts }, signatures);
}

/** @throws {JavaError} where the bytes are not a transaction */
export function transactionFromBytes(bytes: Uint8Array): Transaction {
  const { raw_data: raw, signature } = decode("Transaction", bytes);
  return transactionOf((raw as Plain | undefined) ?? {}, (signature as Buffer[] | undefined) ?? []);
}

/** A contract of an unknown type is left out, so that the transaction has none. */
function contractFromJson(contract: JsonObject, isVisible: boolean): Plain[] {
  const { type, parameter } = contract;
  if (!isContractType(type) || !isObject(parameter)) return [];
  const value = messageFromJson(type, isObject(parameter.value) ? parameter.value : {}, isVisible, NO_PLACE);
  return [
    {
      type: contractTypeNumber(type),
      parameter: { type_url: typeUrl(type), value: encode(type, value) },
      Permission_id: Number(contract.Permission_id ?? 0),
    },
  ];
}

export const typeUrl = (type: string): string => `type.googleapis.com/protocol.${type}`;

const signatureBytes = (signature: Json): Buffer => Buffer.from(String(signature), "hex");

const nullPointer = (owner: string, method: string, variable: string) =>
  new JavaError(NULL_POINTER, `Cannot invoke "${owner}.${method}" because "${variable}" is null`);
