import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { findServerProgram, TestServer } from "../../../devnet/mongodb.ts";
import { newDeployment, newPayout, newSession } from "../../../devnet/store-documents.ts";
import { initialiseStore } from "../../../offchain/store/administration.ts";
import { MIGRATIONS } from "../../../offchain/store/migrations/migrator.ts";
import { openStore } from "../../../offchain/store/open-store.ts";
import { runJson, runTask } from "../../support/run-task.ts";
import { skipWithout } from "../../support/skip-without.ts";

interface Status {
  engine: string;
  drift: string[];
  collections: { collection: string; count: number; ends?: { oldest?: number; newest?: number } }[];
}

const ALL_MIGRATIONS = MIGRATIONS.map(({ name }) => name);

describe("store tasks", function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), "lucid-store-tasks-"));
  const settings = { LUCID_DATA_DIR: folder };
  const out = join(folder, "export.ndjson");
  let server: TestServer | undefined;
  after(async () => {
    rmSync(folder, { recursive: true });
    await server?.stop();
  });

  it("set a file up once, and tell what is in it", async () => {
    expect(await runJson(["store", "init"], settings)).to.deep.equal({ changed: ALL_MIGRATIONS });
    expect(await runJson(["store", "init"], settings)).to.deep.equal({ changed: [] });
    await using store = await openStore({ setting: join(folder, "store.db") });
    await store.sessions.insert(newSession(1, { label: "tour.cast" }));
    await store.payouts.insertMany([newPayout(1, 2n ** 60n)]);
    await store.deploymentParameters.insert(newDeployment(1, 3));
    // Beside the process that writes.
    const status = await runJson<Status>(["store", "status"], settings);
    expect(status).to.deep.include({ engine: "file", drift: [] });
    expect(status.collections[0]).to.deep.include({ collection: "sessions", count: 1 });
    const { code, stderr } = await runTask(["store", "migrate"], settings);
    expect(code).to.equal(1);
    expect(stderr).to.match(new RegExp(`STORE_LOCKED.*process ${process.pid} `));
  });

  it("refuse to take a migration back that would lose documents", async () => {
    // The first session has a label; those after it hold nothing here.
    const label = ALL_MIGRATIONS.indexOf("0004-session-label");
    for (const name of ALL_MIGRATIONS.slice(label + 1).toReversed()) {
      const reverted = await runJson(["store", "migrate", "--down"], settings);
      expect(reverted).to.deep.include({ changed: [name] });
    }
    const answer = await runJson<{ error: { code: string } }>(["store", "migrate", "--down"], settings, 1);
    expect(answer.error.code).to.equal("STORE_NOT_EMPTY");
    await runJson(["store", "migrate"], settings);
    const status = await runJson(["store", "migrate", "--status"], settings);
    expect(status).to.deep.equal({ changed: [], applied: ALL_MIGRATIONS, pending: [] });
  });

  it("refuse a store in memory, and leave nothing on the disk", async () => {
    const inMemory = { ...settings, LUCID_STORE: "memory:" };
    const elsewhere = join(folder, "memory.ndjson");
    for (const task of [
      ["init"],
      ["migrate", "--status"],
      ["status"],
      ["export", "--out", elsewhere],
      ["import", out],
    ]) {
      const answer = await runJson<{ error: { code: string } }>(["store", ...task], inMemory, 1);
      expect(answer.error.code, task.join(" ")).to.equal("STORE_SETTING_INVALID");
    }
    const left = readdirSync(process.cwd()).filter((name) => name.startsWith("memory:"));
    expect(left).to.deep.equal([]);
    expect(existsSync(elsewhere)).to.equal(false);
  });

  it("move everything to MongoDB", async function () {
    const program = findServerProgram();
    if (program === undefined) return skipWithout(this, "no MongoDB server", "LUCID_REQUIRE_MONGODB");
    server = await TestServer.start(program);
    const there = { ...settings, LUCID_STORE: server.uri("lucid_tasks") };
    const { digests } = await runJson<{ digests: unknown }>(["store", "export", "--out", out], settings);
    const early = await runJson<{ error: { code: string } }>(["store", "import", out], there, 1);
    expect(early.error.code).to.equal("STORE_MIGRATIONS_PENDING");
    await initialiseStore(there.LUCID_STORE, { withRoles: true });
    expect(await runJson(["store", "import", out], there)).to.deep.equal({ digests });
  });
});
