import { expect } from "chai";
import { TronError } from "../../../offchain/payouts/tron/errors.ts";
import { TronClient } from "../../../offchain/payouts/tron-client.ts";
import type { NewPayout } from "../../../offchain/store/documents.ts";
import { payeeAt } from "../../support/planned-rows.ts";
import { rejection } from "../../support/rejection.ts";
import { openGateway } from "../../support/tron-gateway.ts";
import { TronWorld } from "../../support/tron-world.ts";

const HOUR_MS = 3_600_000;

describe("payouts where nodes lag or lie, and where two processes pay", function () {
  this.timeout(240_000);
  let world: TronWorld;
  let next = 0;
  before(async () => {
    world = await TronWorld.open();
  });
  after(async () => {
    await world?.[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    world.events.length = 0;
  });

  /** Payouts of a statement that is open, so that the service's first transaction is their batch. */
  async function enter(count: number): Promise<NewPayout[]> {
    next += 1;
    const first = 20_000 + 100 * next;
    const month = `2028-${String(next).padStart(2, "0")}`;
    const rows = await world.enter({ count, month, payeeOf: (index) => payeeAt(first + index) });
    await world.openStatement(rows);
    return rows;
  }

  /** A service whose solidified state comes from these hosts. */
  const serviceAt = (hosts: readonly string[], tron = clientAt(hosts)) =>
    world.service({}, world.store, world.clock, tron);
  function clientAt(solidityHosts: readonly string[]): TronClient {
    const { fullHost, chainId } = world.node;
    const hosts = { fullHosts: [fullHost], solidityHosts };
    return new TronClient({ ...hosts, chainId, isPublic: false }, { clock: world.clock });
  }

  const documentOf = async (row: NewPayout) => await world.store.payouts.get(row._id);

  it("a gateway that looks up a transaction on a node that lags has nothing paid or booked wrongly", async () => {
    const rows = await enter(2);
    const txid = await world.runUntilSent();
    await world.node.mine(3);
    await world.node.increaseTime(HOUR_MS);
    await world.node.mine(3);
    let lags = 1;
    await using gateway = await openGateway(world.node.solidityHost, (call, body) => {
      if (call !== "gettransactioninfobyid" || !body.includes(txid) || lags === 0) return undefined;
      lags -= 1;
      return {};
    });
    const summary = await serviceAt([gateway.url]).run();
    expect(summary).to.include({ confirmed: 2, dead: 0, refused: 0 });
    for (const row of rows) {
      expect(await documentOf(row)).to.include({ status: "confirmed", txid });
      expect(await world.balanceOf(row.to_addr)).to.equal(row.usdt_amount);
    }
  });

  it("a transaction past its expiration is not dead while the ledger knows its rows as paid", async () => {
    const rows = await enter(2);
    const txid = await world.runUntilSent();
    await world.node.mine(3);
    await world.node.increaseTime(HOUR_MS);
    await world.node.mine(3);
    let lags = 10;
    await using gateway = await openGateway(world.node.solidityHost, (call, body) => {
      if (call !== "gettransactioninfobyid" || !body.includes(txid) || lags === 0) return undefined;
      lags -= 1;
      return {};
    });
    expect(await serviceAt([gateway.url]).run()).to.include({ confirmed: 2, dead: 0, refused: 0 });
    for (const row of rows) expect(await documentOf(row)).to.include({ status: "confirmed", txid });
  });

  it("a transaction that was taken for dead stays named in the payout", async () => {
    const rows = await enter(1);
    const [row] = rows as [NewPayout];
    const first = await world.runUntilSent();
    await world.node.dropPending();
    await world.node.increaseTime(HOUR_MS);
    await world.node.mine(3);
    const second = await world.runUntilSent();
    expect(second).to.not.equal(first);
    expect(await documentOf(row)).to.include({ txid: second, error: `expired: ${first}` });
    await world.service().run();
    expect(await world.statusOf(row)).to.deep.equal({ status: "confirmed", error: undefined });
    expect(await world.balanceOf(row.to_addr)).to.equal(row.usdt_amount);
  });

  it("a process that comes late moves no payout that holds another transaction by now", async () => {
    const rows = await enter(2);
    const first = await world.runUntilSent();
    await world.node.dropPending();
    await world.node.increaseTime(HOUR_MS);
    await world.node.mine(3);
    // The first process has seen it dead, and stands still before it moves the rows.
    const reached = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    const late = clientAt([world.node.solidityHost]);
    const fate = late.fate.bind(late);
    let looks = 0;
    late.fate = async (txid, expiresAt) => {
      const known = await fate(txid, expiresAt);
      if (txid === first) looks += 1;
      if (txid === first && looks === 2) {
        reached.resolve();
        await released.promise;
      }
      return known;
    };
    const running = serviceAt([], late).run();
    await Promise.race([reached.promise, running]);
    const second = await world.runUntilSent();
    for (const row of rows) expect(await documentOf(row)).to.include({ txid: second });
    released.resolve();
    await running;
    const third = world.events.flatMap((event) => (event.kind === "sent" ? [event.txid] : []));
    expect(third, "it sends nothing of its own").to.deep.equal([]);
    for (const row of rows) {
      expect(await documentOf(row)).to.include({ status: "confirmed", txid: second });
      expect(await world.balanceOf(row.to_addr)).to.equal(row.usdt_amount);
    }
  });

  it("an answer about another transaction settles nothing", async () => {
    const rows = await enter(2);
    const txid = await world.runUntilSent();
    const foreign = {
      ...{ id: "f".repeat(64), blockNumber: 5, blockTimeStamp: 1, contractResult: [""], result: "FAILED" },
      receipt: { result: "OUT_OF_ENERGY" },
    };
    let isLying = true;
    await using gateway = await openGateway(world.node.solidityHost, (call, body) =>
      isLying && call === "gettransactioninfobyid" && body.includes(txid) ? foreign : undefined,
    );
    const service = serviceAt([gateway.url]);
    const error = await rejection(service.run(), TronError);
    expect(error.details).to.include({ code: "TRON_ANSWER_MALFORMED", host: gateway.url });
    expect(error.message).to.include(txid);
    for (const row of rows) expect(await documentOf(row)).to.include({ status: "broadcast", txid });
    isLying = false;
    expect((await service.run()).confirmed).to.equal(2);
    for (const row of rows) expect(await world.balanceOf(row.to_addr)).to.equal(row.usdt_amount);
  });

  it("nodes that contradict each other settle nothing, and are named", async () => {
    const rows = await enter(2);
    const txid = await world.runUntilSent();
    await world.node.mine(4);
    await using gateway = await openGateway(world.node.solidityHost, (call, body, answer) => {
      if (call !== "gettransactioninfobyid" || !body.includes(txid)) return undefined;
      const { log: _, ...info } = JSON.parse(answer);
      return { ...info, result: "FAILED", receipt: { ...info.receipt, result: "OUT_OF_ENERGY" } };
    });
    const hosts = [gateway.url, world.node.solidityHost];
    const error = await rejection(serviceAt(hosts).run(), TronError);
    expect(error.details).to.deep.include({ code: "TRON_NODES_DISAGREE", txid, hosts });
    for (const row of rows) expect(await documentOf(row)).to.include({ status: "broadcast", txid });
    expect((await world.service().run()).confirmed).to.equal(2);
    for (const row of rows) expect(await world.balanceOf(row.to_addr)).to.equal(row.usdt_amount);
  });
});
