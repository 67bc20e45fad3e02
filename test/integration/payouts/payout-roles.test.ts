import { expect } from "chai";
import { MongoClient } from "mongodb";
import { findServerProgram, TestServer } from "../../../devnet/mongodb.ts";
import { newSession } from "../../../devnet/store-documents.ts";
import { initialiseStore } from "../../../offchain/store/administration.ts";
import { openStore } from "../../../offchain/store/open-store.ts";
import { skipWithout } from "../../support/skip-without.ts";
import { TronWorld } from "../../support/tron-world.ts";
import { refusal } from "../store/engine-suite.ts";

const DATABASE = "lucid_payout_roles";

describe("the payout service with the rights of its role", function () {
  this.timeout(180_000);
  let server: TestServer;
  let world: TronWorld;
  let checksCollections = false;

  before(async function () {
    const program = findServerProgram();
    if (program === undefined) return skipWithout(this, "no MongoDB server", "LUCID_REQUIRE_MONGODB");
    if (program.kind === "running") return skipWithout(this, "only a server that was not started here");
    // SecantusDB checks a role's actions, but not on which collection they are allowed.
    checksCollections = program.kind === "mongod";
    server = await TestServer.start(program);
    await initialiseStore(server.uri(DATABASE), { withRoles: true });
    const client = new MongoClient(server.uri("admin"));
    for (const role of ["lucid_core", "lucid_payouts"]) {
      await client.db(DATABASE).command({ createUser: role, pwd: role, roles: [{ role, db: DATABASE }] });
    }
    await client.close();
    await server.kill();
    await server.startAgain({ auth: true });
    world = await TronWorld.open();
  });
  after(async () => {
    await world?.[Symbol.asyncDispose]();
    await server?.stop();
  });

  const openAs = async (role: string) =>
    await openStore({ setting: server.uri(DATABASE, `${role}:${role}@`) });

  it("pays what core entered", async () => {
    const rows = await world.enter({ count: 4, month: "2026-01" });
    {
      await using core = await openAs("lucid_core");
      await core.payouts.insertMany(rows);
    }
    await using store = await openAs("lucid_payouts");
    expect((await world.service({}, store).run()).confirmed).to.equal(4);
    for (const row of rows) expect(await world.balanceOf(row.to_addr)).to.equal(row.usdt_amount);
  });

  it("can read and write nothing but payouts", async function () {
    if (!checksCollections)
      return skipWithout(this, "no mongod: this server checks actions, not collections");
    await using store = await openAs("lucid_payouts");
    expect(await refusal(store.sessions.count())).to.include({ code: "STORE_UNAUTHORISED" });
    expect(await refusal(store.sessions.insert(newSession(1)))).to.include({ code: "STORE_UNAUTHORISED" });
  });
});
