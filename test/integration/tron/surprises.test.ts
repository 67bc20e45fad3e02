import { assert } from "chai";
import type { TronWeb } from "tronweb";
import { startTronNode } from "../../../devnet/tron/start-tron-node.ts";
import type { TronNode } from "../../../devnet/tron/tron-node.ts";
import {
  accountOf,
  addressOf,
  deployed,
  FEE_LIMIT,
  signedTransfer,
  textOf,
  walletOf,
} from "../../support/tron-wallet.ts";

describe("what surprises a payer on TRON, on the local node", function () {
  this.timeout(60_000);
  let node: TronNode;
  let tronWeb: TronWeb;
  let to: string;

  beforeEach(async () => {
    node = await startTronNode({ blockIntervalMs: 0 });
    tronWeb = walletOf(node);
    to = accountOf(node, 1).address;
  });
  afterEach(() => node.close());

  it("shows what is pending as a success, and forgets it when it is started again", async () => {
    const sent = await tronWeb.trx.sendTransaction(to, 7);
    const pending = await tronWeb.trx.getTransaction(sent.txid);
    assert.equal(pending.ret[0]?.contractRet, "SUCCESS");
    await node.dropPending();
    await node.mine(3);
    assert.isEmpty(await tronWeb.trx.getTransactionInfo(sent.txid));
    assert.equal(await tronWeb.trx.getBalance(to), 10 ** 12);
  });

  it("expires by the chain's time: without blocks a transaction is valid long after the clock has passed it", async () => {
    const transaction = await signedTransfer(tronWeb, to, 8);
    await node.increaseTime(600_000);
    const sent = await tronWeb.trx.sendRawTransaction(transaction);
    assert.isTrue(sent.result, "no block has come yet");
    await node.mine(3);
    const info = await tronWeb.trx.getTransactionInfo(sent.txid);
    assert.isAbove(info.blockTimeStamp, transaction.raw_data.expiration);
    const late = await signedTransfer(tronWeb, to, 9);
    await node.increaseTime(61_000);
    await node.mine();
    const refused = await tronWeb.trx.sendRawTransaction(late);
    assert.equal(refused.code, "TRANSACTION_EXPIRATION_ERROR");
  });

  it("gives equal payments that are built within one block one id: the second is a duplicate", async () => {
    const [first, second] = [await signedTransfer(tronWeb, to, 10), await signedTransfer(tronWeb, to, 10)];
    assert.equal(first.txID, second.txID);
    assert.isTrue((await tronWeb.trx.sendRawTransaction(first)).result);
    const answer = await tronWeb.trx.sendRawTransaction(second);
    assert.equal(answer.code, "DUP_TRANSACTION_ERROR");
    assert.equal(textOf(answer.message), "Dup transaction.");
    await node.mine();
    const third = await signedTransfer(tronWeb, to, 10);
    assert.notEqual(third.txID, first.txID);
  });

  it("takes a transaction that it has refused, once there is money for it", async () => {
    await node.setBalance(addressOf(tronWeb), 1_000n);
    const transaction = await signedTransfer(tronWeb, to, 2_000);
    const refused = await tronWeb.trx.sendRawTransaction(transaction);
    assert.equal(refused.code, "CONTRACT_VALIDATE_ERROR");
    await node.setBalance(addressOf(tronWeb), 5_000_000n);
    assert.isTrue((await tronWeb.trx.sendRawTransaction(transaction)).result);
    await node.mine(3);
    assert.equal((await tronWeb.trx.getTransactionInfo(transaction.txID)).blockNumber, 2);
  });

  it("accepts a call that reverts, and charges it", async () => {
    const { address, abi } = await deployed(node, tronWeb, "mocks/TetherOnTron", [
      5n,
      "Tether USD",
      "USDT",
      6n,
    ]);
    const before = await tronWeb.trx.getUnconfirmedBalance(addressOf(tronWeb));
    const id = await tronWeb.contract(abi, address).transfer?.(to, 6).send({ feeLimit: FEE_LIMIT });
    await node.mine(3);
    const info = await tronWeb.trx.getTransactionInfo(id);
    assert.equal(info.receipt.result, "REVERT");
    assert.equal(info.result as unknown as string, "FAILED");
    assert.equal(textOf(info.resMessage), "REVERT opcode executed");
    assert.equal(await tronWeb.trx.getUnconfirmedBalance(addressOf(tronWeb)), before - info.fee);
    assert.isAbove(info.fee, 0);
  });

  it("loses blocks to a fork: what was mined and not solidified is gone, and can be sent again", async () => {
    const transaction = await signedTransfer(tronWeb, to, 11);
    await tronWeb.trx.sendRawTransaction(transaction);
    await node.mine();
    const mined = await tronWeb.trx.getUnconfirmedTransactionInfo(transaction.txID);
    assert.equal(mined.blockNumber, 2);
    await node.mine();
    const lost = await tronWeb.trx.getBlock(3);
    await node.dropUnsolidified();
    assert.isEmpty(await tronWeb.trx.getUnconfirmedTransactionInfo(transaction.txID));
    assert.equal(await tronWeb.trx.getUnconfirmedBalance(to), 10 ** 12);
    await node.mine(2);
    assert.notEqual((await tronWeb.trx.getBlock(3)).blockID, lost.blockID);
    assert.isTrue((await tronWeb.trx.sendRawTransaction(transaction)).result);
    await node.mine(3);
    assert.isAbove((await tronWeb.trx.getTransactionInfo(transaction.txID)).blockNumber, 3);
  });

  it("never takes back what /walletsolidity has shown, however often it forks", async () => {
    const sent = await tronWeb.trx.sendTransaction(to, 13);
    await node.mine(3);
    const info = await tronWeb.trx.getTransactionInfo(sent.txid);
    for (let fork = 0; fork < 3; fork++) {
      await node.dropUnsolidified();
      assert.deepEqual(await tronWeb.trx.getTransactionInfo(sent.txid), info);
      assert.equal(await tronWeb.trx.getBalance(to), 10 ** 12 + 13);
      await node.mine();
    }
    assert.equal((await tronWeb.trx.getConfirmedCurrentBlock()).block_header.raw_data.number, 2);
  });

  it("does not take on a fork what referred to a block that the fork has not", async () => {
    await node.mine(2);
    const transaction = await signedTransfer(tronWeb, to, 12);
    await node.dropUnsolidified();
    await node.mine(2);
    const refused = await tronWeb.trx.sendRawTransaction(transaction);
    assert.equal(refused.code, "TAPOS_ERROR");
  });
});
