import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "chai";
import { startTronNode } from "../../../devnet/tron/start-tron-node.ts";
import type { TronNode } from "../../../devnet/tron/tron-node.ts";
import { planMonth } from "../../../offchain/payouts/plan-month.ts";
import { StatementFolder } from "../../../offchain/payouts/statement-folder.ts";
import { signStatement } from "../../../offchain/payouts/statement-signatures.ts";
import { openStore } from "../../../offchain/store/open-store.ts";
import { FAILURE, SHAPES, TRON_TASKS } from "../../support/json-shapes.ts";
import { APPROVER, monthOf, PLANNER, PlannedWorld } from "../../support/planned-month.ts";
import { payeeAt, plannedRows } from "../../support/planned-rows.ts";
import { runJson } from "../../support/run-task.ts";
import { KYC_HASH, tronTaskSettings } from "../../support/tron-world.ts";

type Task = (typeof TRON_TASKS)[number];
const BLOCK_MS = 150;

describe("the tasks of payouts on TRON", function () {
  this.timeout(600_000);
  let node: TronNode;
  let dataDir: string;
  let settings: Record<string, string>;
  const seen = new Set<string>();

  before(async () => {
    node = await startTronNode({ blockIntervalMs: BLOCK_MS });
    dataDir = await mkdtemp(join(tmpdir(), "lucid-payout-tron-"));
    settings = {
      ...tronTaskSettings(node, dataDir),
      LUCID_PLANNER_KEY: PLANNER.privateKey,
      LUCID_APPROVER_KEY: APPROVER.privateKey,
    };
  });
  after(async () => {
    await node?.close();
    if (dataDir !== undefined) await rm(dataDir, { recursive: true });
  });

  async function run<Name extends Task>(task: Name, args: string[] = [], code = 0) {
    seen.add(task);
    const value = await runJson([...task.split(" "), ...args], settings, code);
    const parsed = SHAPES[task].safeParse(value);
    assert.isTrue(parsed.success, `${task}: ${parsed.error?.message}\n${JSON.stringify(value, null, 2)}`);
    return parsed.data as ReturnType<(typeof SHAPES)[Name]["parse"]>;
  }
  async function failure(args: string[], change: Record<string, string> = {}) {
    return (await fault(args, change)).code;
  }
  async function fault(args: string[], change: Record<string, string>) {
    return FAILURE.parse(await runJson(args, { ...settings, ...change }, 1)).error;
  }

  it("deploy, request, pay, approve, void, revoke and reconcile, each with its document", async () => {
    const limits = ["--payment-limit", "1000", "--day-limit", "5000", "--allowance", "10000", "--test-token"];
    const dry = await run("payout deploy", [...limits, "--dry-run"]);
    assert.isAbove(Number(dry.fees), 0);
    const deployed = await run("payout deploy", limits);
    assert.lengthOf(deployed.calls ?? [], 17);
    const again = await run("payout deploy", limits);
    assert.deepEqual({ ...again, calls: [] }, { ...deployed, calls: [] }, "run again, nothing is new");
    assert.lengthOf(again.calls ?? [], 0);

    const request = [
      "--reference",
      "INV-7",
      "--to",
      payeeAt(1),
      "--amount",
      "12.5",
      "--reason",
      "Translation",
    ];
    assert.isFalse((await run("payout request", request)).approved);
    assert.equal(await failure(["payout", "request", ...request.with(5, "13")]), "REQUEST_DIFFERS");
    const elsewhere = { PAYOUT_ROUTER_V0_ADDRESS: payeeAt(4) };
    const approve = ["--reference", " INV-7 ", "--approve", "--yes"];
    assert.equal(await failure(["payout", "request", ...approve], elsewhere), "REQUEST_UNUSABLE");
    assert.isTrue((await run("payout request", approve)).approved, "without the spaces around it");
    assert.equal(
      await failure(["payout", "request", "--reference", "INV-8", "--approve", "--yes"]),
      "REQUEST_UNUSABLE",
    );

    const rows = await plannedRows({
      ...{ count: 3, month: "2026-11", router: deployed.kyc as string, chainId: node.chainId },
      payeeOf: (index) => payeeAt(10 + index),
    });
    const [approved, revoked, voided] = rows.map(({ _id }) => _id) as [string, string, string];
    {
      await using store = await openStore({ setting: join(dataDir, "store.db") });
      await store.payouts.insertMany(rows);
    }
    const approval = ["--kyc-hash", KYC_HASH, "--expires", "2100-01-01T00:00:00Z"];
    assert.equal((await run("payout kyc approve", [approved, ...approval])).payoutId, approved);
    assert.equal(await failure(["payout", "kyc", "approve", KYC_HASH, ...approval]), "PAYOUT_NOT_FOUND");
    const expired = [approved, "--kyc-hash", KYC_HASH, "--expires", "2020-01-01T00:00:00Z"];
    assert.equal(await failure(["payout", "kyc", "approve", ...expired]), "ARGUMENT_INVALID");

    const preview = await run("payout run", ["--dry-run"]);
    assert.deepInclude(preview, { payments: 2, held: 2, refused: 0, amount: "13500000" });
    assert.deepInclude(await run("payout run"), { confirmed: 2, held: 2, failed: 0, amount: "13500000" });
    const { statuses, open } = await run("payout status", ["--month", "2026-11"]);
    assert.equal(statuses.held?.count, 2);
    assert.lengthOf(open, 2);

    assert.equal(await failure(["payout", "kyc", "approve", approved, ...approval]), "PAYOUT_NOT_APPROVABLE");
    assert.equal((await run("payout kyc revoke", [payeeAt(11), "--dry-run"])).revoked, "no");
    assert.equal((await run("payout kyc revoke", [payeeAt(11)])).revoked, "now");
    assert.equal((await run("payout kyc revoke", [payeeAt(11)])).revoked, "before");
    await run("payout kyc approve", [revoked, ...approval]);

    assert.equal(await failure(["payout", "close", "--month", "2026-12"]), "STATEMENT_NOT_OPEN");
    const ofRequest = ["--reference", "INV-7"];
    const paid = { reference: "INV-7", total: "12500000", paid: "12500000", approved: false };
    assert.deepInclude(await run("payout close", ofRequest), paid);
    const ofMonth = ["--month", "2026-11"];
    assert.equal(await failure(["payout", "close", ...ofMonth, ...ofRequest]), "ARGUMENT_INVALID");
    assert.equal(await failure(["payout", "close", ...ofMonth, "--dry-run"]), "ARGUMENT_INVALID");
    assert.equal(await failure(["payout", "close", ...ofMonth, "--approve"]), "ARGUMENT_INVALID", "no --yes");
    assert.equal(await failure(["payout", "close", ...ofMonth, "--approve", "--yes"]), "CLOSING_UNUSABLE");
    assert.equal(await failure(["payout", "close", ...ofMonth, "--send"]), "CLOSING_UNUSABLE");
    const stranger = { LUCID_PLANNER_KEY: APPROVER.privateKey };
    assert.equal(await failure(["payout", "close", ...ofMonth], stranger), "SIGNER_DIFFERS");

    await writeVoids(voided, deployed.ledger as string);
    assert.deepInclude(await run("payout void", ["--month", "2027-02", "--dry-run"]), {
      voided: 0,
      before: 0,
    });
    assert.deepInclude(await run("payout void", ["--month", "2027-02"]), { voided: 1, before: 0 });
    assert.deepInclude(await run("payout void", ["--month", "2027-02"]), { voided: 0, before: 1 });
    assert.deepInclude(await run("payout run"), { confirmed: 0, held: 1, refused: 1 });
    const statement = { root: rows[0]?.plan_root as string, total: "3000003", paid: "1000000", refused: 0 };
    const planned = await run("payout close", ofMonth);
    assert.deepInclude(planned, { ...statement, approved: false, closed: "no" });
    assert.equal(
      await failure(["payout", "close", ...ofMonth, "--send"]),
      "CLOSING_UNUSABLE",
      "one signature",
    );
    const agreed = await run("payout close", [...ofMonth, "--approve", "--yes"]);
    assert.deepInclude(agreed, { ...statement, approved: true, closed: "no" });
    const cost = await run("payout close", [...ofMonth, "--send", "--dry-run"]);
    assert.isAbove(Number(cost.fees), 0);
    assert.deepInclude(cost, { ...statement, closed: "no" });
    {
      await using writer = await openStore({ setting: join(dataDir, "store.db") });
      assert.equal(await failure(["payout", "close", ...ofMonth, "--send"]), "STORE_LOCKED");
      assert.equal(await writer.payouts.countByStatus("held"), 1);
    }
    assert.deepInclude(await run("payout close", [...ofMonth, "--send"]), {
      ...statement,
      // Nothing was sent while the store was locked.
      ...{ closed: "now", refused: 1 },
    });
    assert.deepInclude(await run("payout close", [...ofMonth, "--send"]), { closed: "before", refused: 0 });
    assert.equal(await failure(["payout", "close", ...ofMonth]), "STATEMENT_NOT_OPEN", "it is closed");
    const settled = await run("payout status", ofMonth);
    assert.deepEqual(settled.open.map(({ status, error }) => [status, error]).sort(), [
      ["refused", "statement closed"],
      ["refused", "voided"],
    ]);
    assert.deepInclude(await run("payout run", ["--dry-run", "--retry"]), { payments: 0, refused: 0 });
    const clean = await run("payout reconcile");
    assert.isAbove(clean.blocks.first, 0);
    assert.deepEqual(clean.differences, []);
    assert.deepInclude(clean, { confirmed: 2, payments: 2, amount: "13500000" });
    assert.sameMembers([...seen], [...TRON_TASKS], "every task was run");
  });

  /** The signatures of planner and approver beside a month's statement, which void a payout. */
  async function writeVoids(payoutId: string, ledger: string): Promise<void> {
    await using planned = await PlannedWorld.open();
    const month = monthOf("2027-02");
    const deployment = { ...planned.deployment(month), chainId: node.chainId };
    const { composed } = await planMonth(
      { month, budget: 10n ** 8n, minimum: 1n },
      deployment,
      planned.modules,
    );
    const folder = new StatementFolder(dataDir);
    const hashed = { statement: composed.statement, hash: await folder.write(composed.statement) };
    const voids = { ledger, payoutIds: [payoutId] };
    const planner = await signStatement(PLANNER, hashed, voids);
    await folder.writeSignatures(month.name, {
      planner,
      approver: await signStatement(APPROVER, hashed, voids),
    });
  }

  it("name what is wrong", async () => {
    assert.equal(await failure(["payout", "run"], { TRON_CHAIN_ID: "1" }), "SETTING_MISSING");
    const routers = {
      PAYOUT_ROUTER_KYC_ADDRESS: payeeAt(1),
      PAYOUT_ROUTER_V0_ADDRESS: payeeAt(4),
      PAYOUT_LEDGER_ADDRESS: payeeAt(2),
      USDT_TRC20_ADDRESS: payeeAt(3),
    };
    assert.equal(await failure(["payout", "run"], { ...routers, TRON_CHAIN_ID: "1" }), "TRON_WRONG_NETWORK");
    assert.equal(await failure(["payout", "run"], routers), "TRON_CONTRACT_ABSENT");
    assert.equal(await failure(["payout", "run"], { TRON_DISBURSER_KEY: "" }), "KEY_MISSING");
    assert.equal(await failure(["payout", "run"], { TRON_NETWORK: "moon" }), "SETTING_INVALID");
    assert.equal(
      await failure(["payout", "run"], { TRON_FULL_HOST: "http://127.0.0.1:1" }),
      "TRON_UNREACHABLE",
    );
    const wrong = `${payeeAt(1).slice(0, -1)}${payeeAt(1).endsWith("a") ? "b" : "a"}`;
    assert.equal(await failure(["payout", "kyc", "revoke", wrong]), "ARGUMENT_INVALID");
    const others = ["deploy", "--treasury", payeeAt(1), "--test-token"];
    assert.equal(await failure(["payout", ...others]), "PAYOUT_DEPLOYMENT_DIFFERS");
    assert.equal(
      await failure(["payout", "run"], { TRON_NETWORK: "mainnet", ...routers }),
      "ARGUMENT_INVALID",
    );
    const watched = await fault(["payout", "run", "--watch"], { TRON_NETWORK: "mainnet", ...routers });
    assert.deepInclude(watched, { code: "ARGUMENT_INVALID", argument: "--watch" });
  });
});
