import { keccak256 } from "ethers";

/** One JSON-RPC question. */
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

const isQuantity: Check = (result) => typeof result === "string" && /^0x[0-9a-f]+$/i.test(result);
const isBytes: Check = (result) => typeof result === "string" && /^0x([0-9a-f]{2})*$/i.test(result);
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What a result must look like at least; a method that is not listed is checked by whoever asked. */
const CHECKS: Readonly<Record<string, Check>> = {
  eth_blockNumber: isQuantity,
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
    result.baseFeePerGas.every((fee) => isQuantity(fee, [])) &&
    Array.isArray(result.gasUsedRatio),
  eth_sendRawTransaction: (result, [raw]) => result === keccak256(raw as string),
  eth_getTransactionByHash: (result, [txid]) => result === null || (isRecord(result) && result.hash === txid),
  eth_getTransactionReceipt: (result, [txid]) =>
    result === null ||
    (isRecord(result) && result.transactionHash === txid && isQuantity(result.blockNumber, [])),
  eth_getBlockByNumber: (result) => result === null || (isRecord(result) && isQuantity(result.number, [])),
};

/** Whether this can be an answer to that question: an endpoint that answers rubbish is as good as dead. */
export function isPlausible({ id, method, params }: RpcQuestion, answer: unknown): answer is RpcAnswer {
  if (!isRecord(answer) || answer.id !== id) return false;
  if (isRecord(answer.error)) return typeof answer.error.message === "string";
  if (!("result" in answer)) return false;
  return CHECKS[method]?.(answer.result, params as readonly unknown[]) ?? true;
}
