import { toBase58Check } from "../address.ts";
import type { Applied, Block } from "../blocks/block.ts";
import { BLOCK_VERSION } from "../blocks/block.ts";
import { contractRet } from "../contracts/apply.ts";
import { deployedAddress } from "../contracts/deploy.ts";
import type { JsonObject } from "../json/parse-json.ts";
import { transactionToJson } from "../transaction/to-json.ts";

/** A block as answers show it. @param hasDetail whether with its transactions */
export function blockToJson(block: Block, isVisible: boolean, hasDetail = true): JsonObject {
  const { number, id, parentId, timestamp, witnessSignature } = block;
  const isGenesis = witnessSignature === undefined;
  const rawData: JsonObject = {
    ...(isGenesis ? {} : { number, version: BLOCK_VERSION, timestamp }),
    txTrieRoot: block.transactionRoot.toString("hex"),
    witness_address: isVisible ? toBase58Check(block.witness) : block.witness.toString("hex"),
    parentHash: parentId,
  };
  const transactions = hasDetail
    ? block.transactions.map((applied) => appliedToJson(applied, isVisible))
    : [];
  return {
    blockID: id,
    block_header: {
      raw_data: rawData,
      ...(isGenesis ? {} : { witness_signature: witnessSignature.toString("hex") }),
    },
    ...(transactions.length === 0 ? {} : { transactions }),
  };
}

/** A transaction with its result, pending or in a block. */
export function appliedToJson({ transaction, receipt }: Applied, isVisible: boolean): JsonObject {
  const { contract } = transaction;
  const created =
    contract?.type === "CreateSmartContract" ? deployedAddress(transaction, contract) : undefined;
  return {
    ...(receipt === undefined ? {} : { ret: [{ contractRet: contractRet(receipt) }] }),
    ...transactionToJson(transaction, isVisible),
    ...(created === undefined ? {} : { contract_address: shownAddress(created, isVisible) }),
  };
}

/** @param address in hex */
export function shownAddress(address: string, isVisible: boolean): string {
  return isVisible ? toBase58Check(Buffer.from(address, "hex")) : address;
}
