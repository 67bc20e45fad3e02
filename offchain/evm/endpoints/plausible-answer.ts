import { keccak256 } from "ethers";

/** One JSON-RPC request. */
export interface RpcQuestion {
  readonly id: number;
  readonly method: string;
  readonly params: readonly unknown[] | Record<string, unknown>;
}

export interface RpcAnswer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

type Check = (result: unknown, params: readonly unknown[]) => boolean;

/** The deepest expected answer has six levels; very deep ones would overflow the stack of the code that walks them. */
const MAX_LEVELS = 32;

/** Whether it is a number as JSON-RPC writes them, of 256 bits at most. */
export const isQuantity = (value: unknown): value is string =>
  typeof value === "string" && /^0x[0-9a-f]{1,64}$/i.test(value);

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isHeight = (value: unknown): value is string =>
  isQuantity(value) && BigInt(value) <= BigInt(Number.MAX_SAFE_INTEGER);
const isBytes: Check = (result) => typeof result === "string" && /^0x([0-9a-f]{2})*$/i.test(result);

/** The minimum shape of a result; for a method that is not listed, the caller checks it. */
const CHECKS: Readonly<Record<string, Check>> = {
  eth_blockNumber: isHeight,
  eth_chainId: isQuantity,
  eth_gasPrice: isQuantity,
  eth_estimateGas: isQuantity,
  eth_getTransactionCount: isQuantity,
  eth_getBalance: isQuantity,
  eth_call: isBytes,
  eth_getCode: isBytes,
  eth_getLogs: Array.isArray,
  eth_feeHistory: (result) =>
    isRecord(result) &&
    Array.isArray(result.baseFeePerGas) &&
    result.baseFeePerGas.every(isQuantity) &&
    Array.isArray(result.gasUsedRatio),
  eth_sendRawTransaction: (result, [raw]) => result === keccak256(raw as string),
  eth_getTransactionByHash: (result, [txid]) => result === null || (isRecord(result) && result.hash === txid),
  eth_getTransactionReceipt: (result, [txid]) =>
    result === null || (isRecord(result) && result.transactionHash === txid && isHeight(result.blockNumber)),
  eth_getBlockByNumber: (result, [block]) =>
    result === null ||
    (isRecord(result) &&
      isHeight(result.number) &&
      // A tag such as "latest" names no number.
      (!isQuantity(block) || BigInt(result.number) === BigInt(block))),
};

/** Whether this can be an answer to the request: an endpoint with malformed answers is treated as one that is down. */
export function isPlausible({ id, method, params }: RpcQuestion, answer: unknown): answer is RpcAnswer {
  if (!isRecord(answer) || answer.id !== id || !isShallow(answer)) return false;
  if (isRecord(answer.error)) return typeof answer.error.message === "string";
  if (!("result" in answer)) return false;
  return CHECKS[method]?.(answer.result, params as readonly unknown[]) ?? true;
}

function isShallow(value: unknown): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; depth < MAX_LEVELS; depth++) {
    level = level.flatMap((one) => (typeof one === "object" && one !== null ? Object.values(one) : []));
    if (level.length === 0) return true;
  }
  return false;
}
