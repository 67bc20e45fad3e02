import { readFile } from "node:fs/promises";
import { assert } from "chai";
import { TronWeb } from "tronweb";
import { startTronNode } from "../../../devnet/tron/start-tron-node.ts";
import type { TronNode } from "../../../devnet/tron/tron-node.ts";

const FEE_LIMIT = 1_000_000_000;

describe("tronweb against the local TRON node", function () {
  this.timeout(60_000);
  let node: TronNode;
  let tronWeb: TronWeb;

  beforeEach(async () => {
    node = await startTronNode({ blockIntervalMs: 0 });
    const [account] = node.accounts;
    assert(account !== undefined);
    tronWeb = new TronWeb({
      fullHost: node.fullHost,
      solidityNode: node.solidityHost,
      privateKey: account.privateKey,
    });
  });
  afterEach(() => node.close());

  it("sends TRX, finds it pending, in a block and solidified", async () => {
    const to = node.accounts[1]?.address ?? "";
    const before = await tronWeb.trx.getUnconfirmedBalance(to);
    const sent = await tronWeb.trx.sendTransaction(to, 1_234_567);
    assert.isTrue(sent.result);
    assert.equal(await tronWeb.trx.getUnconfirmedBalance(to), before + 1_234_567, "pending state");
    assert.deepEqual(await tronWeb.trx.getUnconfirmedTransactionInfo(sent.txid), {} as never);
    await node.mine();
    const info = await tronWeb.trx.getUnconfirmedTransactionInfo(sent.txid);
    assert.equal(info.blockNumber, 2);
    assert.deepEqual(await tronWeb.trx.getTransactionInfo(sent.txid), {} as never);
    await node.mine(2);
    assert.deepEqual(await tronWeb.trx.getTransactionInfo(sent.txid), info);
  });

  it("deploys a contract, calls it and reads it", async () => {
    const path = "artifacts/contracts/payouts/mocks/TetherOnTron.sol/TetherOnTron.json";
    const { abi, bytecode } = JSON.parse(await readFile(path, "utf8"));
    const owner = tronWeb.defaultAddress.base58 || "";
    const deployment = await tronWeb.transactionBuilder.createSmartContract(
      {
        abi,
        bytecode,
        feeLimit: FEE_LIMIT,
        parameters: [1_000_000_000n, "Tether USD", "USDT", 6n],
        name: "TetherOnTron",
        originEnergyLimit: 10_000_000,
        userFeePercentage: 100,
      },
      owner,
    );
    const sent = await tronWeb.trx.sendRawTransaction(await tronWeb.trx.sign(deployment));
    assert.isTrue(sent.result, JSON.stringify(sent));
    await node.mine(3);
    const info = await tronWeb.trx.getTransactionInfo(sent.txid);
    assert.equal(info.receipt.result, "SUCCESS");
    assert.equal(info.contract_address, deployment.contract_address);
    const token = tronWeb.contract(abi, info.contract_address);
    assert.equal(await token.balanceOf?.(owner).call(), 1_000_000_000n);
    const to = node.accounts[1]?.address ?? "";
    const id = await token.transfer?.(to, 5).send({ feeLimit: FEE_LIMIT });
    await node.mine(3);
    assert.equal((await tronWeb.trx.getTransactionInfo(id)).receipt.result, "SUCCESS");
    assert.equal(await token.balanceOf?.(to).call(), 5n);
  });
});
