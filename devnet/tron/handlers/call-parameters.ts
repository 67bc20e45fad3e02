import { keccak } from "../address.ts";
import { JavaError } from "../errors.ts";
import { bytesParam, type CallRequest } from "./request.ts";

/** What a call of a contract is to be, from the parameters of a request. */
export interface CallParameters {
  /** 21 bytes. */
  readonly owner: Buffer;
  /** Undefined where `data` is the code of a contract to be. */
  readonly contract: Buffer | undefined;
  readonly data: Buffer;
  readonly value: bigint;
  readonly feeLimit: bigint;
  readonly permissionId: number;
}

const INVALID_PARAMETER = "java.security.InvalidParameterException";
const SELECTOR_BYTES = 4;

/** @throws {JavaError} where one is missing or is not hex */
export function callParameters(request: CallRequest): CallParameters {
  const { params } = request;
  if (!hasText(params.owner_address)) throw new JavaError(INVALID_PARAMETER, "owner_address isn't set.");
  if (!hasText(params.contract_address) && !hasText(params.data))
    throw new JavaError(INVALID_PARAMETER, "At least one of contract_address and data must be set.");
  const owner = bytesParam(request, "owner_address") ?? Buffer.alloc(0);
  const contract = hasText(params.contract_address) ? bytesParam(request, "contract_address") : undefined;
  return {
    owner,
    contract,
    data: dataOf(request),
    value: integerOf(params.call_value),
    feeLimit: integerOf(params.fee_limit),
    permissionId: Number(params.Permission_id ?? 0),
  };
}

const hasText = (value: unknown): boolean => typeof value === "string" && value !== "";

/** `function_selector` with `parameter`, or `data`. */
function dataOf({ params }: CallRequest): Buffer {
  const { function_selector: selector, parameter, data } = params;
  if (!hasText(selector)) return hexOf(data);
  const head = keccak(Buffer.from(String(selector))).subarray(0, SELECTOR_BYTES);
  return Buffer.concat([head, hexOf(parameter)]);
}

function hexOf(value: unknown): Buffer {
  const text = hasText(value) ? String(value).replace(/^0x/, "") : "";
  if (/^([0-9a-fA-F]{2})*$/.test(text)) return Buffer.from(text, "hex");
  throw new JavaError(
    "org.bouncycastle.util.encoders.DecoderException",
    "exception decoding Hex string: invalid characters encountered in Hex string",
  );
}

function integerOf(value: unknown): bigint {
  if (value === undefined || value === null || value === "") return 0n;
  if (/^-?\d+$/.test(String(value))) return BigInt(String(value));
  throw new JavaError("java.lang.NumberFormatException", `For input string: "${String(value)}"`);
}
