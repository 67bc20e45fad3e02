import { assert } from "chai";
import type { TronWeb } from "tronweb";
import type { TronFaults } from "../../../devnet/tron/faults.ts";
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

describe("faults of the local TRON node", function () {
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

  /** Sends a transfer with a fault on. @returns its id, and the answer or the failure */
  async function sendWith(faults: Partial<TronFaults>) {
    const transaction = await signedTransfer(tronWeb, to, 1);
    node.setFaults(faults);
    const answer = await tronWeb.trx.sendRawTransaction(transaction).catch((error: Error) => error);
    return { transaction, id: transaction.txID, answer };
  }

  const isMined = async (id: string) => {
    await node.mine();
    return Object.keys(await tronWeb.trx.getUnconfirmedTransactionInfo(id)).length > 0;
  };

  it("lose the answer of a broadcast that was accepted", async () => {
    const { id, answer } = await sendWith({ lostAnswers: 1 });
    assert.instanceOf(answer, Error);
    assert.isTrue(await isMined(id));
  });

  it("lose a broadcast before the node has seen it", async () => {
    const { id, answer } = await sendWith({ lostRequests: 1 });
    assert.instanceOf(answer, Error);
    assert.isFalse(await isMined(id));
  });

  it("lose other calls, and turn calls of any kind away", async () => {
    node.setFaults({ lostReads: 1 });
    const lost = await tronWeb.trx.getCurrentBlock().catch((error: Error) => error);
    assert.instanceOf(lost, Error);
    node.setFaults({ lostReads: 0, rateLimited: 1 });
    const limited = await fetch(`${node.solidityHost}/walletsolidity/getnowblock`);
    assert.equal(limited.status, 200);
    const answer = { Error: "class java.lang.IllegalAccessException : lack of computing resources" };
    assert.deepEqual(await limited.json(), answer);
    const broadcast = await fetch(`${node.fullHost}/wallet/broadcasttransaction`, {
      method: "POST",
      body: "{}",
    });
    assert.deepEqual(await broadcast.json(), answer);
  });

  it("switch estimates off, while constant calls go on", async () => {
    const token = await deployed(node, tronWeb, "mocks/TetherOnTron", [5n, "Tether USD", "USDT", 6n]);
    node.setFaults({ noEstimates: true });
    const builder = tronWeb.transactionBuilder;
    const owner = addressOf(tronWeb);
    const refused = await builder
      .estimateEnergy(token.address, "totalSupply()", {}, [], owner)
      .catch((error: Error) => error);
    assert.instanceOf(refused, Error);
    assert.include(String(refused), "does not support estimate energy");
    const constant = await builder.triggerConstantContract(token.address, "totalSupply()", {}, [], owner);
    assert.isAbove(constant.energy_used ?? 0, 0);
  });

  it("leave calls other than broadcasts alone", async () => {
    node.setFaults({ lostAnswers: 1, lostRequests: 1, serverBusy: 1, noConnection: 1 });
    assert.equal((await tronWeb.trx.getCurrentBlock()).block_header.raw_data.number, 1);
  });

  for (const [faults, code, text] of [
    [{ serverBusy: 1 }, "SERVER_BUSY", "Server busy."],
    [{ noConnection: 1 }, "NO_CONNECTION", "No connection."],
  ] as const)
    it(`refuse with ${code}, and accept the same bytes later`, async () => {
      const { transaction, id, answer } = await sendWith(faults);
      assert.notInstanceOf(answer, Error);
      assert.deepInclude(answer, { code, txid: id });
      assert.equal(textOf((answer as { message: string }).message), text);
      node.setFaults({ serverBusy: 0, noConnection: 0 });
      assert.isTrue((await tronWeb.trx.sendRawTransaction(transaction)).result);
      assert.isTrue(await isMined(id));
    });

  it("answer NOT_ENOUGH_EFFECTIVE_CONNECTION for a transaction that is mined nevertheless", async () => {
    const { id, answer } = await sendWith({ fewConnections: 1 });
    assert.deepInclude(answer, { code: "NOT_ENOUGH_EFFECTIVE_CONNECTION" });
    assert.isTrue(await isMined(id));
  });

  it("answer DUP_TRANSACTION_ERROR for bytes that were refused before, whatever has changed since", async () => {
    const before = await tronWeb.trx.getUnconfirmedBalance(addressOf(tronWeb));
    const transaction = await signedTransfer(tronWeb, to, 1_000);
    node.setFaults({ dupAfterRefusal: true });
    await node.setBalance(addressOf(tronWeb), 1n);
    const refused = await tronWeb.trx.sendRawTransaction(transaction);
    assert.equal(refused.code, "CONTRACT_VALIDATE_ERROR");
    await node.setBalance(addressOf(tronWeb), BigInt(before));
    const again = await tronWeb.trx.sendRawTransaction(transaction);
    assert.equal(again.code, "DUP_TRANSACTION_ERROR");
    assert.equal(textOf(again.message), "Transaction already exists.");
    assert.isFalse(await isMined(transaction.txID));
  });

  it("let an accepted transaction vanish, and take it when it is sent again", async () => {
    const { transaction, id, answer } = await sendWith({ vanishing: 1 });
    assert.deepInclude(answer, { result: true });
    assert.isFalse(await isMined(id));
    node.setFaults({ vanishing: 0 });
    assert.isTrue((await tronWeb.trx.sendRawTransaction(transaction)).result);
    assert.isTrue(await isMined(id));
  });

  it("run contracts out of time, which burns the whole fee limit", async () => {
    const { address, abi } = await deployed(node, tronWeb, "mocks/TetherOnTron", [
      5n,
      "Tether USD",
      "USDT",
      6n,
    ]);
    node.setFaults({ outOfTime: 1 });
    const id = await tronWeb.contract(abi, address).transfer?.(to, 1).send({ feeLimit: FEE_LIMIT });
    assert.equal((await tronWeb.trx.getTransaction(id)).ret[0]?.contractRet, "OUT_OF_TIME");
    await node.mine();
    const info = await tronWeb.trx.getUnconfirmedTransactionInfo(id);
    assert.deepInclude(info.receipt, { result: "OUT_OF_TIME", energy_fee: FEE_LIMIT } as never);
    assert.equal(textOf(info.resMessage), "Already Time Out");
    assert.equal(await tronWeb.contract(abi, address).balanceOf?.(to).call(), 0n);
  });

  it("move the price of energy, in the parameters, in the history and in what is charged", async () => {
    const { address, abi } = await deployed(node, tronWeb, "mocks/TetherOnTron", [
      5n,
      "Tether USD",
      "USDT",
      6n,
    ]);
    const priceOf = async () => {
      const parameters = await tronWeb.trx.getChainParameters();
      return parameters.find(({ key }) => key === "getEnergyFee")?.value;
    };
    assert.equal(await priceOf(), 100);
    node.setFaults({ energyPriceMoves: true });
    const prices = new Set<number | undefined>();
    for (let block = 0; block < 10; block++) {
      await node.mine();
      prices.add(await priceOf());
    }
    assert.isAbove(prices.size, 1);
    node.setFaults({ energyPriceMoves: false });
    const price = (await priceOf()) ?? 0;
    const history = await tronWeb.trx.getEnergyPrices();
    assert.equal(history.split(",").at(-1)?.split(":")[1], String(price));
    const id = await tronWeb.contract(abi, address).transfer?.(to, 1).send({ feeLimit: FEE_LIMIT });
    await node.mine();
    const { receipt } = await tronWeb.trx.getUnconfirmedTransactionInfo(id);
    assert.equal(receipt.energy_fee, receipt.energy_usage_total * price);
  });

  it("fork after a block, so that nothing unsolidified lasts", async () => {
    await node.mine(5);
    const { id } = await sendWith({ forks: 1 });
    assert.isFalse(await isMined(id));
    assert.isBelow(node.head, 6);
    node.setFaults({ forks: 0 });
    await node.mine(3);
    assert.isAbove(node.head, 6);
  });

  it("happen as often as their probability says, and the same way for the same seed", async () => {
    const busyOnes = async (seed: string) => {
      await using seeded = await startTronNode({ blockIntervalMs: 0, seed, faults: { serverBusy: 0.3 } });
      const wallet = walletOf(seeded);
      const codes: unknown[] = [];
      for (let amount = 1; amount <= 60; amount++)
        codes.push((await wallet.trx.sendRawTransaction(await signedTransfer(wallet, to, amount))).code);
      return codes.map((code) => code === "SERVER_BUSY");
    };
    const first = await busyOnes("a seed");
    assert.deepEqual(await busyOnes("a seed"), first);
    assert.notDeepEqual(await busyOnes("another seed"), first);
    const busy = first.filter(Boolean).length;
    assert.isTrue(busy > 8 && busy < 30, `${busy} of 60`);
  });
});
