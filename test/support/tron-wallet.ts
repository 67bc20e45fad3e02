import { readFile } from "node:fs/promises";
import { assert } from "chai";
import { TronWeb } from "tronweb";
import type { TronNode } from "../../devnet/tron/tron-node.ts";

/** 1,000 TRX in sun: more than any call here costs. */
export const FEE_LIMIT = 1_000_000_000;

/** tronweb for one of a node's funded accounts. */
export function walletOf(node: TronNode, account = 0): TronWeb {
  const { privateKey } = accountOf(node, account);
  return new TronWeb({ fullHost: node.fullHost, solidityNode: node.solidityHost, privateKey });
}

export function accountOf(node: TronNode, account: number) {
  const found = node.accounts[account];
  assert(found !== undefined);
  return found;
}

export const addressOf = (tronWeb: TronWeb): string => tronWeb.defaultAddress.base58 || "";

/** A compiled contract, by its path below artifacts/contracts/payouts. */
export async function artifactOf(path: string) {
  const name = path.split("/").at(-1) ?? "";
  const file = `artifacts/contracts/payouts/${path}.sol/${name}.json`;
  const { abi, bytecode } = JSON.parse(await readFile(file, "utf8"));
  return { name, abi, bytecode };
}

/** Deploys a contract by a transaction of its own, and mines until it is solid. @returns its address in base58check */
export async function deployed(
  node: TronNode,
  tronWeb: TronWeb,
  path: string,
  parameters: readonly unknown[],
) {
  const { name, abi, bytecode } = await artifactOf(path);
  const transaction = await tronWeb.transactionBuilder.createSmartContract(
    {
      abi,
      bytecode,
      feeLimit: 15 * FEE_LIMIT,
      parameters: [...parameters],
      name,
      originEnergyLimit: 10_000_000,
      userFeePercentage: 100,
    },
    addressOf(tronWeb),
  );
  const sent = await tronWeb.trx.sendRawTransaction(await tronWeb.trx.sign(transaction));
  assert.isTrue(sent.result, JSON.stringify(sent));
  await node.mine(3);
  const info = await tronWeb.trx.getTransactionInfo(sent.txid);
  assert.equal(info.receipt.result, "SUCCESS", JSON.stringify(info.receipt));
  return { address: TronWeb.address.fromHex(info.contract_address), abi, info };
}

/** Builds a transfer of TRX locally, from the head block's time. */
export async function signedTransfer(tronWeb: TronWeb, to: string, amount: number) {
  return await tronWeb.trx.sign(await tronWeb.transactionBuilder.sendTrx(to, amount));
}

/** Text that a node sends in hex. */
export const textOf = (hex: unknown) => Buffer.from(String(hex), "hex").toString();
