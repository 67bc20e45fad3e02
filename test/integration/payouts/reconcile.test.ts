import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { differencesOf } from "../../../offchain/payouts/reconcile/differences.ts";
import { firstBlock } from "../../../offchain/payouts/reconcile/first-block.ts";
import { readBooks } from "../../../offchain/payouts/reconcile/read-books.ts";
import { TronError } from "../../../offchain/payouts/tron/errors.ts";
import { TronClient } from "../../../offchain/payouts/tron-client.ts";
import { openStore } from "../../../offchain/store/open-store.ts";
import type { Store } from "../../../offchain/store/store.ts";
import { hexOf } from "../../../offchain/tron-address.ts";
import { payeeAt } from "../../support/planned-rows.ts";
import { rejection } from "../../support/rejection.ts";
import { TronWorld } from "../../support/tron-world.ts";

describe("reconciling payouts", function () {
  this.timeout(240_000);
  let world: TronWorld;
  let fromBlock: number;
  let server: Server | undefined;
  before(async () => {
    world = await TronWorld.open();
    const first = await firstBlock(world.terms.routers, await world.deployment.read(), world.tron);
    fromBlock = first ?? expect.fail("the deployment has no block");
  });
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
    server = undefined;
  });
  after(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  const books = async (store: Store = world.store, tron = world.tron) => {
    const { terms, contracts, chain } = world;
    const options = { routers: terms.routers, ledger: contracts.ledger, fromBlock };
    return await readBooks(options, { payouts: store.payouts, tron, chain });
  };
  const found = async (store?: Store) => differencesOf(await books(store)).map(({ code }) => code);

  it("begins with the block in which the first router was deployed", async () => {
    const record = (await world.deployment.read()) ?? expect.fail("there is no record");
    const { routers } = world.terms;
    expect(fromBlock).to.equal(record.contracts.v0?.block).and.be.above(0);
    const { block, ...earlier } = record.contracts.v0 ?? expect.fail("no router");
    const asRecordedBefore = { ...record, contracts: { ...record.contracts, v0: earlier } };
    expect(await firstBlock(routers, asRecordedBefore, world.tron), "without a block").to.equal(block);
    expect(await firstBlock(routers, undefined, world.tron)).to.equal(undefined);
    const others = routers.map((router) => ({ ...router, address: payeeAt(1) }));
    expect(await firstBlock(others, record, world.tron), "other routers").to.equal(undefined);
  });

  it("finds payments and statements that an emptied store does not know", async () => {
    await world.enter({ count: 2, month: "2026-06", payeeOf: (index) => payeeAt(100 + index) });
    await world.service().run();
    expect(await found()).to.deep.equal([]);
    await using empty = await openStore({ setting: "memory:" });
    expect(await found(empty)).to.deep.equal(["PAYMENT_UNKNOWN", "PAYMENT_UNKNOWN", "STATEMENT_UNKNOWN"]);
  });

  it("finds what left the treasury without a router", async () => {
    const thief = payeeAt(9_999);
    await world.sendToToken("transfer", [hexOf(thief), 5_000_000n]);
    const differences = differencesOf(await books());
    expect(differences.map(({ code }) => code)).to.deep.equal(["TRANSFER_UNEXPLAINED"]);
    expect(differences[0]?.found).to.equal(`5 USDT to ${thief}`);
  });

  it("takes no blocks from a node that does not have them yet", async () => {
    // It lost everything after the deployment, and answers with nothing for later blocks.
    const { solidityHost, fullHost, chainId } = world.node;
    const lagging = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk) => chunks.push(chunk));
      request.on("end", async () => {
        const path = String(request.url);
        const body = Buffer.concat(chunks).toString();
        const ask = async (url: string, asked: string) =>
          await (await fetch(solidityHost + url, { method: "POST", body: asked })).text();
        response.setHeader("content-type", "application/json");
        if (path.endsWith("getnowblock"))
          response.end(await ask("/walletsolidity/getblockbynum", JSON.stringify({ num: fromBlock })));
        else if (path.endsWith("gettransactioninfobyblocknum") && JSON.parse(body).num > fromBlock)
          response.end("[]");
        else response.end(await ask(path, body));
      });
    });
    server = lagging;
    await new Promise<void>((done) => lagging.listen(0, "127.0.0.1", done));
    const host = `http://127.0.0.1:${(lagging.address() as AddressInfo).port}`;
    const client = (solidityHosts: string[]) =>
      new TronClient({ fullHosts: [fullHost], solidityHosts, chainId, isPublic: false }, world);
    const { number: head } = await world.tron.solidHead();
    const alone = await rejection(client([host]).solidBlocks([fromBlock, head]), TronError);
    expect(alone.details).to.include({ code: "TRON_UNREACHABLE" });
    expect(alone.message).to.match(new RegExp(`its head is block ${fromBlock}, before block ${head}`));
    const all = Array.from({ length: head - fromBlock + 1 }, (_, offset) => fromBlock + offset);
    const answered = await client([host, solidityHost]).solidBlocks(all);
    expect(answered)
      .to.deep.equal(await world.tron.solidBlocks(all))
      .and.have.length.above(2);
  });
});
