import { assert } from "chai";
import { startTronNode } from "../../../devnet/tron/start-tron-node.ts";
import { accountOf, addressOf, deployed, FEE_LIMIT, walletOf } from "../../support/tron-wallet.ts";

for (const ports of ["two", "one"] as const)
  describe(`tronweb, unchanged, against the local TRON node on ${ports} port${ports === "one" ? "" : "s"}`, function () {
    this.timeout(60_000);

    it("sends TRX, finds it pending, in a block and solidified", async () => {
      await using node = await startTronNode({ blockIntervalMs: 0, ports });
      assert.equal(node.fullHost === node.solidityHost, ports === "one");
      const tronWeb = walletOf(node);
      const to = accountOf(node, 1).address;
      const before = await tronWeb.trx.getUnconfirmedBalance(to);
      const sent = await tronWeb.trx.sendTransaction(to, 1_234_567);
      assert.isTrue(sent.result);
      assert.equal(await tronWeb.trx.getUnconfirmedBalance(to), before + 1_234_567, "pending state");
      assert.equal(await tronWeb.trx.getBalance(to), before, "solid state");
      assert.isEmpty(await tronWeb.trx.getUnconfirmedTransactionInfo(sent.txid));
      await node.mine();
      const info = await tronWeb.trx.getUnconfirmedTransactionInfo(sent.txid);
      assert.equal(info.blockNumber, 2);
      assert.isEmpty(await tronWeb.trx.getTransactionInfo(sent.txid));
      await node.mine(2);
      assert.deepEqual(await tronWeb.trx.getTransactionInfo(sent.txid), info);
      assert.equal(await tronWeb.trx.getBalance(to), before + 1_234_567);
    });

    it("deploys a token, sends and reads it, and waits for the outcome", async () => {
      await using node = await startTronNode({ blockIntervalMs: 100, ports });
      const tronWeb = walletOf(node);
      const owner = addressOf(tronWeb);
      const { address, abi } = await deployed(node, tronWeb, "mocks/TetherOnTron", [
        10n ** 12n,
        "Tether USD",
        "USDT",
        6n,
      ]);
      const token = tronWeb.contract(abi, address);
      assert.equal(await token.balanceOf?.(owner).call(), 10n ** 12n);
      const to = accountOf(node, 1).address;
      const options = { feeLimit: FEE_LIMIT, shouldPollResponse: true };
      const returned = await token.transfer?.(to, 5).send(options);
      assert.isFalse(returned, "Tether's transfer returns false although it pays");
      assert.equal(await token.balanceOf?.(to).call(), 5n);
      const parameter = [
        { type: "address", value: to },
        { type: "uint256", value: 5 },
      ];
      const estimate = await tronWeb.transactionBuilder.estimateEnergy(
        address,
        "transfer(address,uint256)",
        {},
        parameter,
        owner,
      );
      const call = await tronWeb.transactionBuilder.triggerConstantContract(
        address,
        "transfer(address,uint256)",
        {},
        parameter,
        owner,
      );
      assert.isAtLeast(estimate.energy_required, call.energy_used ?? 0);
    });
  });

describe("the local TRON node's chain", function () {
  this.timeout(60_000);

  it("tells contracts the last four bytes of its genesis block's id as block.chainid", async () => {
    await using node = await startTronNode({ blockIntervalMs: 0 });
    assert.equal(node.chainId, BigInt(`0x${node.genesisId.slice(-8)}`));
    const genesis = await walletOf(node).trx.getBlock(0);
    assert.equal(genesis.blockID, node.genesisId);
  });

  it("is the same for the same accounts, and solidifies 20 blocks behind the head with 27 witnesses", async () => {
    await using one = await startTronNode({ blockIntervalMs: 0 });
    await using other = await startTronNode({ blockIntervalMs: 0, witnesses: 27 });
    assert.equal(one.genesisId, other.genesisId);
    const tronWeb = walletOf(other);
    const sent = await tronWeb.trx.sendTransaction(accountOf(other, 1).address, 1);
    await other.mine(20);
    assert.isEmpty(await tronWeb.trx.getTransactionInfo(sent.txid));
    await other.mine();
    assert.equal((await tronWeb.trx.getTransactionInfo(sent.txid)).blockNumber, 2);
  });
});
