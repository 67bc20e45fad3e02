import secp256k1 from "secp256k1";
import { sha256 } from "../address.ts";
import type { Receipt } from "../contracts/apply.ts";
import { encode, type Plain } from "../protobuf/codec.ts";
import type { Layer } from "../state/layer.ts";
import { type Transaction, wireBytes } from "../transaction/transaction.ts";
import type { Witness } from "./witnesses.ts";

/** A transaction in a block, or on its way into one. */
export interface Applied {
  readonly transaction: Transaction;
  /** Undefined in the genesis block, whose transfers were never executed. */
  readonly receipt: Receipt | undefined;
}

export interface Block {
  readonly number: number;
  /** In hex: 8 bytes of the number, 24 of the header's hash. */
  readonly id: string;
  readonly parentId: string;
  /** Unix milliseconds; 0 of the genesis block. */
  readonly timestamp: number;
  /** 21 bytes, or the genesis block's motto. */
  readonly witness: Buffer;
  readonly transactionRoot: Buffer;
  readonly witnessSignature: Buffer | undefined;
  readonly transactions: readonly Applied[];
  /** The state after it. */
  readonly layer: Layer;
}

/** A header's version on the recorded chain. */
export const BLOCK_VERSION = 32;
const ID_NUMBER_BYTES = 8;

export interface NewBlock {
  readonly number: number;
  readonly parentId: string;
  readonly timestamp: number;
  readonly witness: Witness;
  readonly transactions: readonly Applied[];
  readonly layer: Layer;
  /** An id in place of the header's own. */
  readonly id?: string | undefined;
}

/** Makes and signs a block. */
export function sealBlock(block: NewBlock): Block {
  const transactionRoot = rootOf(block.transactions.map(({ transaction }) => sha256(wireBytes(transaction))));
  const header: Plain = {
    timestamp: BigInt(block.timestamp),
    txTrieRoot: transactionRoot,
    parentHash: Buffer.from(block.parentId, "hex"),
    number: BigInt(block.number),
    witness_address: block.witness.address,
    version: BLOCK_VERSION,
  };
  const hash = sha256(encode("BlockHeader.Raw", header));
  const { signature, recid } = secp256k1.ecdsaSign(hash, block.witness.privateKey);
  return {
    number: block.number,
    id: block.id ?? blockId(block.number, hash),
    parentId: block.parentId,
    timestamp: block.timestamp,
    witness: block.witness.address,
    transactionRoot,
    witnessSignature: Buffer.concat([signature, Buffer.of(recid)]),
    transactions: block.transactions,
    layer: block.layer,
  };
}

export function blockId(number: number, hash: Uint8Array): string {
  const prefix = Buffer.alloc(ID_NUMBER_BYTES);
  prefix.writeBigUInt64BE(BigInt(number));
  return Buffer.concat([prefix, hash.subarray(ID_NUMBER_BYTES)]).toString("hex");
}

/** A binary Merkle tree; an odd node is hashed alone. Zeros where there is no leaf. */
export function rootOf(leaves: readonly Buffer[]): Buffer {
  let level = [...leaves];
  while (level.length > 1) {
    const above: Buffer[] = [];
    for (let index = 0; index < level.length; index += 2)
      above.push(sha256(Buffer.concat(level.slice(index, index + 2))));
    level = above;
  }
  return level[0] ?? Buffer.alloc(32);
}
