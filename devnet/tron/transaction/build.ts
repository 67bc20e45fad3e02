import type { Block } from "../blocks/block.ts";
import { encode, type Plain } from "../protobuf/codec.ts";
import type { ContractType } from "../protobuf/schema.ts";
import { typeUrl } from "./from-json.ts";
import { contractTypeNumber, type Transaction, transactionOf } from "./transaction.ts";

/** How long after the head a transaction that the node builds expires. */
const LIFETIME_MS = 60_000;

/** The blocks that a transaction is built on. */
export interface BuildReference {
  /** Which it refers to. */
  readonly reference: Block;
  /** By which its expiration is set. */
  readonly head: Block;
}

export interface BuildOptions {
  readonly type: ContractType;
  readonly value: Plain;
  /** The node's clock, in Unix milliseconds. */
  readonly now: number;
  readonly feeLimit?: bigint;
  readonly permissionId?: number;
}

/** Builds a transaction as a node does on request; it carries the node's clock. */
export function buildTransaction({ reference, head }: BuildReference, options: BuildOptions): Transaction {
  const { type, value, now, feeLimit = 0n, permissionId = 0 } = options;
  const id = Buffer.from(reference.id, "hex");
  const parameter = { type_url: typeUrl(type), value: encode(type, value) };
  const raw: Plain = {
    ref_block_bytes: id.subarray(6, 8),
    ref_block_hash: id.subarray(8, 16),
    expiration: BigInt(head.timestamp + LIFETIME_MS),
    timestamp: BigInt(now),
    fee_limit: feeLimit,
    contract: [{ type: contractTypeNumber(type), parameter, Permission_id: permissionId }],
  };
  return transactionOf(raw, []);
}
