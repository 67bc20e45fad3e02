import type { Chain } from "../blocks/chain.ts";
import { encode, type Plain } from "../protobuf/codec.ts";
import type { ContractType } from "../protobuf/schema.ts";
import { typeUrl } from "./from-json.ts";
import { contractTypeNumber, type Transaction, transactionOf } from "./transaction.ts";

/** How long after the head a transaction that the node builds expires. */
const LIFETIME_MS = 60_000;

export interface BuildOptions {
  readonly type: ContractType;
  readonly value: Plain;
  /** The node's clock, in Unix milliseconds. */
  readonly now: number;
  readonly feeLimit?: bigint;
  readonly permissionId?: number;
}

/** Builds a transaction as a node does on request: it refers to the confirmed block, and carries the node's clock. */
export function buildTransaction(chain: Chain, options: BuildOptions): Transaction {
  const { type, value, now, feeLimit = 0n, permissionId = 0 } = options;
  const reference = Buffer.from(chain.confirmed.id, "hex");
  const parameter = { type_url: typeUrl(type), value: encode(type, value) };
  const raw: Plain = {
    ref_block_bytes: reference.subarray(6, 8),
    ref_block_hash: reference.subarray(8, 16),
    expiration: BigInt(chain.head.timestamp + LIFETIME_MS),
    timestamp: BigInt(now),
    fee_limit: feeLimit,
    contract: [{ type: contractTypeNumber(type), parameter, Permission_id: permissionId }],
  };
  return transactionOf(raw, []);
}
