import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { id, Wallet } from "ethers";
import hre from "hardhat";
import { copyDocuments, type Plant } from "../../../devnet/planted-store.ts";
import type { AuditReport } from "../../../offchain/audit/report.ts";
import { initialiseStore } from "../../../offchain/store/administration.ts";
import { openStore } from "../../../offchain/store/open-store.ts";
import { tronAddressOf } from "../../../offchain/tron-address.ts";
import {
  APPROVER,
  AuditWorld,
  CONFIRMATIONS,
  FIRST_SLOT,
  LAST_SLOT,
  PLANNER,
} from "../../support/audit-world.ts";
import { SHAPES } from "../../support/json-shapes.ts";
import { History } from "../../support/planted-faults.ts";
import { serveChain } from "../../support/rpc-server.ts";
import { runJson, runTask, spawnTask } from "../../support/run-task.ts";

const AUDITOR = new Wallet(id("the task's auditor"));

describe("the audit task", function () {
  this.timeout(300_000);
  let world: AuditWorld;
  let served: Awaited<ReturnType<typeof serveChain>>;
  let folder: string;
  let settings: Record<string, string>;

  before(async () => {
    world = await AuditWorld.build(hre);
    served = await serveChain(world.chain.provider);
    folder = await mkdtemp(join(tmpdir(), "lucid-audit-task-"));
    await cp(world.dataDir, folder, { recursive: true });
    const { anchors, chunkStore, checkpoints } = world.chain;
    settings = {
      ON_SYSTEM_CHAIN_RPC: served.url,
      LUCID_DATA_DIR: folder,
      LUCID_STORE: await storeWith("clean.db"),
      LUCID_CONFIRMATIONS: String(CONFIRMATIONS),
      LUCID_ANCHORS_ADDRESS: anchors.address,
      LUCID_CHUNK_STORE_ADDRESS: chunkStore.address,
      LUCID_CHECKPOINTS_ADDRESS: checkpoints.address,
      LUCID_AUDITOR_KEY: AUDITOR.privateKey,
      LUCID_LOG_LEVEL: "silent",
      TRON_CHAIN_ID: String(0xcd8690dc),
      PAYOUT_ROUTER_KYC_ADDRESS: tronAddressOf(`0x${"c0".repeat(20)}`),
      LUCID_PLANNER_ADDRESS: PLANNER.address,
      LUCID_APPROVER_ADDRESS: APPROVER.address,
    };
  });
  after(async () => {
    await served?.[Symbol.asyncDispose]();
    await world?.[Symbol.asyncDispose]();
    if (folder !== undefined) await rm(folder, { recursive: true });
  });

  /** A file with the world's documents. */
  async function storeWith(name: string, plant: Plant = {}): Promise<string> {
    const setting = join(folder, name);
    await initialiseStore(setting, { withRoles: false });
    await using store = await openStore({ setting });
    await copyDocuments(world.store, store, plant);
    return setting;
  }

  const audit = async (args: readonly string[], code = 0, more: Record<string, string> = {}) => {
    const value = await runJson(["audit", ...args], { ...settings, ...more }, code);
    const parsed = SHAPES.audit.safeParse(value);
    expect(parsed.error?.message, JSON.stringify(value, null, 2)).to.equal(undefined);
    return value as AuditReport & { readonly comparison?: { readonly isSameHistory: boolean } };
  };

  it("finds nothing in a clean history, signs its report, writes a page, and leaves the store as it was", async () => {
    const digestOf = async (file: string) =>
      createHash("sha256")
        .update(await readFile(file))
        .digest("hex");
    const before = await digestOf(settings.LUCID_STORE as string);
    const [report, html] = [join(folder, "report.json"), join(folder, "report.html")];
    const value = await audit(["--report", report, "--html", html]);
    expect(value.findings).to.deep.equal([]);
    expect(value.range).to.deep.equal({ first: FIRST_SLOT, last: LAST_SLOT });
    expect(value.auditor).to.equal(AUDITOR.address.toLowerCase());
    expect(value.notAudited).to.deep.equal(["payments on TRON"]);
    expect(value.counts).to.include({ slots: LAST_SLOT - FIRST_SLOT + 1, statements: 1 });
    expect(JSON.parse(await readFile(report, "utf8"))).to.deep.equal(value);
    expect(await readFile(html, "utf8")).to.include("Nothing was found.");
    expect(await digestOf(settings.LUCID_STORE as string), "the store's file").to.equal(before);
    expect(existsSync(join(folder, "audit-resume.json"))).to.equal(false);

    const again = await audit(["--compare", report]);
    expect(again.comparison).to.deep.include({ isSameHistory: true, onlyHere: [], onlyThere: [] });
  });

  it("names a planted fault, and how another auditor's report differs", async () => {
    const { quiet } = await History.read(world);
    const LUCID_STORE = await storeWith("planted.db", {
      leaderSchedule: (document) =>
        document.slot === quiet.slot ? { ...document, transcriptHash: id("another") } : document,
    });
    const { code, stdout } = await runTask(["audit", "--compare", join(folder, "report.json")], {
      ...settings,
      LUCID_STORE,
    });
    expect(code).to.equal(1);
    expect(stdout).to.match(new RegExp(`DECISION_HASH_WRONG at slot ${quiet.slot}\n  expected  0x`));
    expect(stdout).to.include("ANOTHER history").and.to.include("Found here alone (1):");
  });

  it("audits some slots from the records before them, or one epoch", async () => {
    const from = FIRST_SLOT + 9;
    const some = await audit(["--from", String(from), "--to", String(from + 3)]);
    expect(some).to.deep.include({ findings: [], range: { first: from, last: from + 3 } });
    const epoch = await audit(["--epoch", "730"]);
    expect(epoch.findings).to.deep.equal([]);
  });

  it("goes on where it was interrupted", async () => {
    const child = spawnTask(["audit"], { ...settings, LUCID_AUDITOR_KEY: "" });
    let stderr = "";
    child.stderr?.on("data", (data) => {
      stderr += data;
    });
    const file = join(folder, "audit-resume.json");
    // Once it has kept a state; a second signal would end it at once.
    const watch = setInterval(() => {
      if (!existsSync(file)) return;
      clearInterval(watch);
      child.kill("SIGINT");
    }, 20);
    const code = await new Promise((done) => child.once("close", done));
    clearInterval(watch);
    expect(code, stderr).to.equal(130);
    expect(existsSync(file)).to.equal(true);
    const { code: second, stdout, stderr: said } = await runTask(["audit"], settings);
    expect(said).to.include("going on where an earlier audit ended");
    expect(second, stdout).to.equal(0);
    expect(existsSync(file)).to.equal(false);
  });

  it("refuses what it cannot audit, compare or write", async () => {
    const refusal = async (...args: string[]) => {
      const { error } = await runJson<{ error: { code: string } }>(["audit", ...args], settings, 1);
      return error.code;
    };
    expect(await refusal("--from", String(LAST_SLOT + 1))).to.equal("AUDIT_RANGE_EMPTY");
    expect(await refusal("--compare", join(folder, "none.json"))).to.equal("REPORT_MALFORMED");
    expect(await refusal("--epoch", "730", "--from", "1")).to.equal("ARGUMENT_INVALID");
    const nowhere = join(folder, "no", "such", "folder.json");
    const slots = ["--from", String(LAST_SLOT), "--to", String(LAST_SLOT)];
    expect(await refusal("--report", nowhere, ...slots)).to.equal("REPORT_UNWRITABLE");
  });
});
