import { expect } from "chai";
import { MongoClient, MongoServerError } from "mongodb";
import { findServerProgram, TestServer } from "../../../devnet/mongodb.ts";
import { hashOf, newPayout, newSession, uuidOf } from "../../../devnet/store-documents.ts";
import { initialiseStore } from "../../../offchain/store/administration.ts";
import { rolePrivileges } from "../../../offchain/store/mongo/roles.ts";
import { openStore } from "../../../offchain/store/open-store.ts";
import { COLLECTIONS } from "../../../offchain/store/schema/index.ts";
import { skipWithout } from "../../support/skip-without.ts";
import { refusal } from "./engine-suite.ts";

const DATABASE = "lucid_roles";
const UNAUTHORISED = 13;

describe("store on MongoDB, its roles", function () {
  this.timeout(60_000);
  let server: TestServer;
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
    const db = client.db(DATABASE);
    for (const role of ["lucid_core", "lucid_payouts", "lucid_audit"]) {
      await db.command({ createUser: role, pwd: role, roles: [{ role, db: DATABASE }] });
    }
    await client.db("admin").command({ createUser: "root", pwd: "root", roles: ["root"] });
    await client.close();
    await server.kill();
    await server.startAgain({ auth: true });
  });
  after(async () => {
    await server?.stop();
  });

  const settingOf = (role: string) => server.uri(DATABASE, `${role}:${role}@`);

  /** @returns whether the server lets the role do it */
  async function may(role: string, command: (client: MongoClient) => Promise<unknown>): Promise<boolean> {
    const client = new MongoClient(settingOf(role));
    try {
      await command(client);
      return true;
    } catch (error) {
      if (error instanceof MongoServerError && error.code === UNAUTHORISED) return false;
      throw error;
    } finally {
      await client.close();
    }
  }

  it("lucid_core does the system's work", async () => {
    await using store = await openStore({ setting: settingOf("lucid_core") });
    await store.sessions.insert(newSession(1));
    expect((await store.sessions.move(uuidOf(1), "sealed", "pending")).swapped).to.equal(true);
    await store.payouts.insertMany([newPayout(1, 1n)]);
    expect((await store.payouts.get(hashOf(1)))?.usdt_amount).to.equal(1n);
  });

  it("lucid_payouts moves payouts on", async () => {
    await using store = await openStore({ setting: settingOf("lucid_payouts") });
    expect((await store.payouts.move(hashOf(1), "pending", "held")).swapped).to.equal(true);
  });

  it("lucid_audit reads, and writes nothing", async () => {
    await using store = await openStore({ setting: settingOf("lucid_audit") });
    expect(await store.sessions.count()).to.equal(1);
    expect(await refusal(store.sessions.insert(newSession(2)))).to.include({ code: "STORE_UNAUTHORISED" });
    const moved = store.sessions.move(uuidOf(1), "pending", "anchored");
    expect(await refusal(moved)).to.include({ code: "STORE_UNAUTHORISED" });
  });

  it("no role removes anything, or changes the schema", async () => {
    for (const role of ["lucid_core", "lucid_payouts", "lucid_audit"]) {
      const remove = (client: MongoClient) => client.db(DATABASE).collection("payouts").deleteMany({});
      const drop = (client: MongoClient) => client.db(DATABASE).dropCollection("payouts");
      const loosen = (client: MongoClient) =>
        client.db(DATABASE).command({ collMod: "payouts", validator: {} });
      for (const command of [remove, drop, loosen]) expect(await may(role, command), role).to.equal(false);
    }
  });

  it("a wrong password and no rights are said so, without the password", async () => {
    const details = await refusal(openStore({ setting: server.uri(DATABASE, "lucid_core:wrong-password@") }));
    expect(details).to.include({ code: "STORE_UNAUTHORISED" });
    expect(JSON.stringify(details)).to.not.include("wrong-password");
    expect(await refusal(initialiseStore(settingOf("lucid_audit"), { withRoles: true }))).to.include({
      code: "STORE_UNAUTHORISED",
    });
  });

  it("lucid_core changes no payout, lucid_payouts sees nothing else", async function () {
    if (!checksCollections)
      return skipWithout(this, "no mongod: this server checks actions, not collections");
    await using core = await openStore({ setting: settingOf("lucid_core") });
    const moved = core.payouts.move(hashOf(1), "held", "pending");
    expect(await refusal(moved)).to.include({ code: "STORE_UNAUTHORISED" });
    await using payouts = await openStore({ setting: settingOf("lucid_payouts") });
    expect(await refusal(payouts.sessions.count())).to.include({ code: "STORE_UNAUTHORISED" });
  });

  it("each role is given exactly what it needs", () => {
    const roles = rolePrivileges(DATABASE);
    const actionsOf = (role: string, collection: string) =>
      roles[role]?.find(({ resource }) => resource.collection === collection)?.actions ?? [];
    for (const { name } of COLLECTIONS) {
      const isPayouts = name === "payouts";
      expect(actionsOf("lucid_core", name).includes("update"), name).to.equal(!isPayouts);
      expect(actionsOf("lucid_core", name)).to.include.members(["find", "insert"]);
      expect(actionsOf("lucid_payouts", name).length > 0, name).to.equal(isPayouts);
      expect(actionsOf("lucid_audit", name)).to.not.include.oneOf(["insert", "update", "remove"]);
    }
  });
});
