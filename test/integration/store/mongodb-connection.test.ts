import { createServer, type Server, type Socket } from "node:net";
import { expect } from "chai";
import { freePort } from "../../../devnet/free-port.ts";
import { findServerProgram, TestServer } from "../../../devnet/mongodb.ts";
import { initialiseStore, migrateStore, storeStatus } from "../../../offchain/store/administration.ts";
import { FIRST_CONNECTION_TIMEOUT_MS } from "../../../offchain/store/mongo/first-connection.ts";
import { openStore } from "../../../offchain/store/open-store.ts";
import { runTask } from "../../support/run-task.ts";
import { skipWithout } from "../../support/skip-without.ts";
import { refusal } from "./engine-suite.ts";

const LEEWAY_MS = 2_000;

describe("store on MongoDB, its server not there", function () {
  this.timeout(60_000);

  /** Opens a store and notes when the caller was told that it waits. */
  async function failedOpening(setting: string) {
    const started = performance.now();
    const told: { location: string; after: number }[] = [];
    const onWaiting = (location: string) => {
      told.push({ location, after: performance.now() - started });
    };
    const details = await refusal(openStore({ setting, onWaiting }));
    return { details, told, took: performance.now() - started };
  }

  it("says so within seconds, and that it waits meanwhile, without credentials", async () => {
    const port = await freePort();
    const { details, told, took } = await failedOpening(`mongodb://user:secret@127.0.0.1:${port}/lucid`);
    expect(details).to.include({ code: "STORE_UNREACHABLE", location: `mongodb://127.0.0.1:${port}/lucid` });
    expect(details)
      .to.have.property("reason")
      .that.matches(/^no MongoDB server answered within 5 s \(.*ECONNREFUSED.*\)$/);
    expect(took).to.be.within(FIRST_CONNECTION_TIMEOUT_MS - 10, FIRST_CONNECTION_TIMEOUT_MS + LEEWAY_MS);
    expect(told.map(({ location }) => location)).to.deep.equal([`mongodb://127.0.0.1:${port}/lucid`]);
    expect(told[0]?.after).to.be.within(990, 1_000 + LEEWAY_MS);
  });

  it("does not wait longer for a server that accepts and never answers", async () => {
    const sockets: Socket[] = [];
    const silent: Server = createServer((socket) => sockets.push(socket)).listen(0, "127.0.0.1");
    try {
      const { port } = await new Promise<{ port: number }>((resolve) =>
        silent.once("listening", () => resolve(silent.address() as { port: number })),
      );
      const { details, told, took } = await failedOpening(`mongodb://127.0.0.1:${port}/lucid`);
      expect(details).to.include({ code: "STORE_UNREACHABLE" });
      expect(took).to.be.below(FIRST_CONNECTION_TIMEOUT_MS + LEEWAY_MS);
      expect(told).to.have.length(1);
    } finally {
      for (const socket of sockets) socket.destroy();
      silent.close();
    }
  });

  it("waits as long as the connection string says", async () => {
    const setting = `mongodb://127.0.0.1:${await freePort()}/lucid?serverSelectionTimeoutMS=1500`;
    const { details, told, took } = await failedOpening(setting);
    expect(details).to.include({ code: "STORE_UNREACHABLE" });
    expect(took).to.be.within(1_400, 1_500 + LEEWAY_MS);
    expect(told).to.have.length(1);
  });

  it("tells whoever sets up, migrates or inspects the store as well", async () => {
    const setting = `mongodb://127.0.0.1:${await freePort()}/lucid?serverSelectionTimeoutMS=1500`;
    let told = 0;
    const onWaiting = () => {
      told += 1;
    };
    const details = await Promise.all([
      refusal(initialiseStore(setting, { withRoles: false, onWaiting })),
      refusal(migrateStore(setting, "none", { onWaiting })),
      refusal(storeStatus(setting, { onWaiting })),
    ]);
    expect(details.map(({ code }) => code)).to.deep.equal(Array(3).fill("STORE_UNREACHABLE"));
    expect(told).to.equal(3);
  });

  it("is told on stderr by tasks", async () => {
    const port = await freePort();
    const settings = { LUCID_STORE: `mongodb://user:secret@127.0.0.1:${port}/lucid` };
    for (const task of [
      ["store", "status"],
      ["session", "list"],
    ]) {
      const { code, stderr } = await runTask(task, settings);
      expect(code, task.join(" ")).to.equal(1);
      expect(stderr).to.include(`waiting for MongoDB at mongodb://127.0.0.1:${port}/lucid…`);
      expect(stderr).to.match(/Error STORE_UNREACHABLE: .*Check that/);
      expect(stderr).to.not.include("secret");
    }
  });

  it("is not mentioned where the server answers", async function () {
    const program = findServerProgram();
    if (program === undefined) return skipWithout(this, "no MongoDB server", "LUCID_REQUIRE_MONGODB");
    const server = await TestServer.start(program);
    try {
      const setting = server.uri("lucid_connection");
      const onWaiting = () => expect.fail("told to wait for a server that answers");
      await initialiseStore(setting, { withRoles: false, onWaiting });
      await using store = await openStore({ setting, onWaiting });
      expect(await store.sessions.count()).to.equal(0);
    } finally {
      await server.stop();
    }
  });
});
