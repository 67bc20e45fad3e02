import { toBase58Check, withPrefix } from "../address.ts";
import type { Applied, Block } from "../blocks/block.ts";
import { totalFee } from "../contracts/apply.ts";
import type { RunReceipt } from "../contracts/execution.ts";
import type { JsonObject } from "../json/parse-json.ts";
import type { InternalCall, RunLog } from "../vm/run-types.ts";
import { shownAddress } from "./block-to-json.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** A mined transaction's receipt, as gettransactioninfobyid answers it: whatever is zero is absent. */
export function infoToJson({ transaction, receipt }: Applied, block: Block, isVisible: boolean): JsonObject {
  if (receipt === undefined) return {};
  const { run } = receipt.execution;
  const fee = totalFee(receipt);
  const isFailed = run !== undefined && run.outcome !== "SUCCESS";
  return {
    id: transaction.id,
    ...positive("fee", fee),
    blockNumber: block.number,
    blockTimeStamp: block.timestamp,
    contractResult: [run === undefined ? "" : hex(run.returnValue)],
    ...(run === undefined ? {} : { contract_address: shownAddress(run.contractAddress, isVisible) }),
    receipt: {
      ...positive("energy_fee", run?.energyFee ?? 0n),
      ...positive("energy_usage_total", run?.energyUsed ?? 0n),
      ...positive("net_usage", BigInt(receipt.bandwidth.usage)),
      ...positive("net_fee", receipt.bandwidth.fee),
      ...(run === undefined ? {} : { result: run.outcome }),
      ...positive("energy_penalty_total", run?.penalty ?? 0n),
    },
    ...(run === undefined ? {} : detailsOf(run, isVisible)),
    ...(isFailed ? { result: "FAILED", resMessage: hex(Buffer.from(run.message ?? "")) } : {}),
  };
}

function detailsOf({ logs, internalCalls }: RunReceipt, isVisible: boolean): JsonObject {
  return {
    ...(logs.length === 0 ? {} : { log: logs.map((log) => minedLogToJson(log, isVisible)) }),
    ...(internalCalls.length === 0
      ? {}
      : { internal_transactions: internalCalls.map((call) => internalCallToJson(call, isVisible)) }),
  };
}

/** An event in a receipt: 20 bytes of address in hex, or an address of TRON. */
function minedLogToJson(log: RunLog, isVisible: boolean): JsonObject {
  const shown = logToJson(log, false);
  return isVisible ? { ...shown, address: toBase58Check(withPrefix(log.address)) } : shown;
}

/** An event of a constant call. Its address has 20 bytes in either form, so that in base58check it is not an address of TRON. */
export function logToJson({ address, topics, data }: RunLog, isVisible: boolean): JsonObject {
  return {
    address: isVisible ? toBase58Check(address) : hex(address),
    ...(topics.length === 0 ? {} : { topics: topics.map(hex) }),
    ...(data.length === 0 ? {} : { data: hex(data) }),
  };
}

export function internalCallToJson(call: InternalCall, isVisible: boolean): JsonObject {
  const address = (bytes: Buffer) => (isVisible ? toBase58Check(bytes) : hex(bytes));
  return {
    hash: hex(call.hash),
    caller_address: address(call.from),
    transferTo_address: address(call.to),
    callValueInfo: [call.value === 0n ? {} : { callValue: call.value }],
    note: hex(Buffer.from(call.note)),
    ...(call.rejected ? { rejected: true } : {}),
  };
}

const positive = (name: string, value: bigint): JsonObject => (value === 0n ? {} : { [name]: value });
