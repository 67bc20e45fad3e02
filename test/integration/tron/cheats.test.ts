import { assert } from "chai";
import { startTronNode } from "../../../devnet/tron/start-tron-node.ts";
import type { TronNode } from "../../../devnet/tron/tron-node.ts";
import { accountOf, walletOf } from "../../support/tron-wallet.ts";

describe("the cheat calls of the local TRON node", function () {
  this.timeout(30_000);
  let node: TronNode;

  beforeEach(async () => {
    node = await startTronNode({ blockIntervalMs: 0 });
  });
  afterEach(() => node.close());

  async function tre(name: string, body: unknown = {}) {
    const answer = await fetch(`${node.fullHost}/tre/${name}`, {
      method: "POST",
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }

  const headTime = async () => (await walletOf(node).trx.getCurrentBlock()).block_header.raw_data.timestamp;

  it("mine blocks, one slot apart", async () => {
    const before = await headTime();
    const { body } = await tre("mine", { blocks: 3 });
    assert.deepEqual(body, { block: 4, timestamp: before + 9_000 });
    assert.equal((await tre("mine")).body.block, 5);
  });

  it("set the time of the next block, in whole slots", async () => {
    const target = (await headTime()) + 100_000;
    await tre("setTime", { timestamp: target });
    await tre("mine");
    assert.equal(await headTime(), Math.floor(target / 3_000) * 3_000);
    const before = await headTime();
    await tre("increaseTime", { milliseconds: 86_400_000 });
    await tre("mine");
    assert.equal(await headTime(), before + 86_400_000);
  });

  it("remember the chain and go back to it, pending transactions included", async () => {
    const tronWeb = walletOf(node);
    const to = accountOf(node, 1).address;
    const first = await tronWeb.trx.sendTransaction(to, 5);
    const { id } = (await tre("snapshot")).body;
    await tronWeb.trx.sendTransaction(to, 6);
    await tre("mine", { blocks: 3 });
    assert.equal(await tronWeb.trx.getUnconfirmedBalance(to), 10 ** 12 + 11);
    await tre("revert", { id });
    assert.equal(node.head, 1);
    assert.equal(await tronWeb.trx.getUnconfirmedBalance(to), 10 ** 12 + 5);
    await tre("mine");
    assert.equal((await tronWeb.trx.getUnconfirmedTransactionInfo(first.txid)).blockNumber, 2);
    const again = await tre("revert", { id });
    assert.equal(again.status, 400, "a snapshot is used up");
  });

  it("set balances and faults, and drop what is pending or not solid", async () => {
    const tronWeb = walletOf(node);
    const { address } = accountOf(node, 2);
    await tre("setBalance", { address, balance: 42 });
    assert.equal(await tronWeb.trx.getUnconfirmedBalance(address), 42);
    assert.equal((await tre("setFaults", { serverBusy: 0.5 })).body.serverBusy, 0.5);
    await tre("setFaults", { serverBusy: 0 });
    await tronWeb.trx.sendTransaction(address, 1);
    await tre("dropPending");
    assert.equal(await tronWeb.trx.getUnconfirmedBalance(address), 42);
    await tre("mine", { blocks: 4 });
    await tre("dropUnsolidified");
    assert.equal(node.head, 3);
  });

  for (const [name, body, status] of [
    ["mine", { blocks: 0 }, 400],
    ["mine", { block: 1 }, 400],
    ["setTime", {}, 400],
    ["setFaults", { serverBusy: 2 }, 400],
    ["setFaults", { unknown: true }, 400],
    ["setBalance", { address: "T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwc", balance: 1 }, 400],
    ["revert", { id: 7 }, 400],
    ["nosuch", {}, 404],
  ] as const)
    it(`refuse ${name} ${JSON.stringify(body)} with status ${status}`, async () => {
      const answer = await tre(name, body);
      assert.equal(answer.status, status);
      assert.isString(answer.body.error);
    });

  it("are on the port of /wallet only", async () => {
    const answer = await fetch(`${node.solidityHost}/tre/mine`, { method: "POST", body: "{}" });
    assert.equal(answer.status, 405);
  });
});
