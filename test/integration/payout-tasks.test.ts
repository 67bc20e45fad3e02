import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateX25519Identity } from "age-encryption";
import { assert } from "chai";
import { JsonRpcProvider, toBeHex, type Wallet } from "ethers";
import { pino } from "pino";
import { type LocalChain, startAnvil } from "../../devnet/anvil.ts";
import { sampleHash, sampleWallet } from "../../devnet/task-proofs.ts";
import { readSettings } from "../../offchain/config/settings.ts";
import { machineClock } from "../../offchain/consensus/node/clock.ts";
import { connectNode } from "../../offchain/consensus/node/connect-node.ts";
import { NodeRegistry } from "../../offchain/consensus/node/node-registry.ts";
import { readRecordedEpoch } from "../../offchain/consensus/node/recorded-epoch.ts";
import { signRegistration } from "../../offchain/consensus/node/sign-registration.ts";
import { epochOf, slotsOfEpoch } from "../../offchain/consensus/slot-time.ts";
import { connectEvm } from "../../offchain/contracts/connect-evm.ts";
import { monthBefore } from "../../offchain/payouts/month.ts";
import { openStore } from "../../offchain/store/open-store.ts";
import { tronAddressOf } from "../../offchain/tron-address.ts";
import { needChromium } from "../support/chromium.ts";
import { needAnvil } from "../support/evm-chain.ts";
import { FAILURE, SHAPES, TRON_TASKS } from "../support/json-shapes.ts";
import { APPROVER, monthOf, PLANNER } from "../support/planned-month.ts";
import { runJson, runTask, taskSettings } from "../support/run-task.ts";
import { VerifierPage, type VisitorFile } from "../support/verifier-page.ts";

type Task = Extract<keyof typeof SHAPES, `payout ${string}`>;

/** The last month that is over, in whose last two hours the contracts are deployed. */
const MONTH = monthOf(monthBefore(new Date().toISOString().slice(0, 7), 1));
const LAST_HOURS_MS = 7_200_000;
const CREDITS = [3, 2, 2];
/** A record that was stamped before the chain is in force in its first slot, and its address after 72 hours. */
const REGISTERED_BEFORE_MS = 4 * 86_400_000;

describe("the tasks of payouts", function () {
  this.timeout(240_000);
  let chain: LocalChain;
  let dataDir: string;
  let settings: Record<string, string>;
  let contracts: { readonly checkpoints: string };
  const seen = new Set<Task>();
  const nodes = [0, 1, 2].map((number) => sampleWallet(`payout node ${number}`));

  before(async function () {
    needAnvil(this);
    const start = Math.floor((MONTH.endsAt - LAST_HOURS_MS) / 1_000);
    chain = await startAnvil({ extra: ["--timestamp", String(start)] });
    dataDir = await mkdtemp(join(tmpdir(), "lucid-payout-"));
    settings = {
      ...(await taskSettings(chain, dataDir, await generateX25519Identity())),
      LUCID_PLANNER_KEY: PLANNER.privateKey,
      LUCID_APPROVER_KEY: APPROVER.privateKey,
      LUCID_PLANNER_ADDRESS: PLANNER.address,
      LUCID_APPROVER_ADDRESS: APPROVER.address,
      TRON_CHAIN_ID: "1234",
      PAYOUT_ROUTER_KYC_ADDRESS: tronAddressOf(`0x${"c0".repeat(20)}`),
    };
    contracts = await runJson(["deploy"], settings);
    const [attester] = nodes as [Wallet, ...Wallet[]];
    const direct = new JsonRpcProvider(chain.url, undefined, { staticNetwork: true });
    await direct.send("anvil_setBalance", [attester.address, toBeHex(10n ** 20n)]);
    direct.destroy();
    await runJson(["role", "grant", "REGISTRAR", attester.address], settings);
    await recordEpoch(attester);
  });
  after(async () => {
    await chain?.[Symbol.asyncDispose]();
    if (dataDir !== undefined) await rm(dataDir, { recursive: true });
  });

  /** Writes what nodes would have recorded by the month's end, and attests it. */
  async function recordEpoch(attester: Wallet): Promise<void> {
    const read = readSettings(settings);
    const logger = pino({ level: "silent" });
    await using store = await openStore({ setting: read.store });
    const { evm, provider } = await connectEvm(read.onSystemChainRpc, read, {
      transactions: store.anchorTransactions,
      logger,
    });
    const connections = { provider, evm, store, clock: machineClock, logger };
    const { chain: view, checkpoints, verifier } = await connectNode(read, connections);
    const epoch = epochOf(view.firstSlot);
    const entities = nodes.map(({ address }) => address.toLowerCase());
    for (const [place, wallet] of nodes.entries()) {
      const record = await signRegistration(wallet, view.domain, {
        ...{ address: entities[place] as string, sequence: 1, kind: "node", action: "register" },
        vrfPublicKey: sampleHash(`payout vrf ${place}`),
        tronAddress: tronAddressOf(entities[place] as string),
      });
      await store.nodes.restore([{ ...record, ts: MONTH.endsAt - REGISTERED_BEFORE_MS }]);
    }
    const [one] = entities.toSorted();
    for (let slot = view.firstSlot; slot <= slotsOfEpoch(epoch).last; slot += 1) {
      const [proofsRoot, talliesRoot] = [sampleHash(`proofs ${slot}`), sampleHash(`tallies ${slot}`)];
      const head = {
        proofCount: 1,
        proofsRoot,
        talliesRoot,
        closer: one as string,
        closerSig: `0x${"11".repeat(65)}`,
      };
      const none = { sessions: 0, bytes: 0, storageProofs: 0, validationSignatures: 0 };
      await store.slotTallies.close(slot, head, [{ entityId: one as string, ...none, beacons: 1 }]);
    }
    await store.workTally.insertMany(
      entities.map((entityId, place) => ({
        ...{ epoch, entityId, credits: CREDITS[place] as number, rank: place + 1 },
        liveScore: { beacons: 1, slots: 60 },
      })),
    );
    const registry = new NodeRegistry({ store, domain: view.domain, logger });
    const { root } = await readRecordedEpoch(epoch, { store, chain: view, registry });
    await checkpoints.attestEpoch(attester, epoch, root);
    await verifier.close();
    await evm.close();
    provider.destroy();
  }

  async function run<T extends Task>(task: T, ...args: string[]) {
    const value = await runJson([...task.split(" "), ...args], settings);
    seen.add(task);
    const parsed = SHAPES[task].safeParse(value);
    assert.isTrue(parsed.success, `${task}: ${parsed.error?.message}\n${JSON.stringify(value, null, 2)}`);
    return parsed.data as ReturnType<(typeof SHAPES)[T]["parse"]>;
  }

  async function failure(args: readonly string[], changes: Record<string, string> = {}): Promise<string> {
    const { code, stdout, stderr } = await runTask([...args, "--json"], { ...settings, ...changes });
    assert.equal(code, 1, stderr);
    return FAILURE.parse(JSON.parse(stdout)).error.code;
  }

  const month = ["--month", MONTH.name];
  const plan = ["payout", "plan", ...month, "--budget", "700"];

  it("refuse a bad argument or setting, and the wrong key, before anything is written", async () => {
    assert.equal(
      await failure(["payout", "plan", "--month", "2026-13", "--budget", "1"]),
      "ARGUMENT_INVALID",
    );
    assert.equal(await failure(["payout", "plan", ...month, "--budget", "1.0000001"]), "ARGUMENT_INVALID");
    assert.equal(await failure(plan, { LUCID_PLANNER_KEY: "" }), "KEY_MISSING");
    assert.equal(await failure(plan, { LUCID_PLANNER_KEY: APPROVER.privateKey }), "SIGNER_DIFFERS");
    assert.equal(await failure(plan, { LUCID_APPROVER_ADDRESS: PLANNER.address }), "SIGNERS_EQUAL");
    const node = nodes[1] as Wallet;
    assert.equal(await failure(plan, { LUCID_APPROVER_ADDRESS: node.address }), "SIGNER_IS_NODE");
    assert.equal(await failure(plan, { PAYOUT_ROUTER_KYC_ADDRESS: "" }), "SETTING_MISSING");
    assert.equal(await failure(plan, { PAYOUT_ROUTER_KYC_ADDRESS: "T1" }), "SETTING_INVALID");
    assert.equal(await failure(plan, { LUCID_CHECKPOINT_QUORUM: "2" }), "EPOCH_UNATTESTED");
    assert.equal(await failure(["payout", "approve", ...month, "--yes"]), "STATEMENT_MISSING");
    assert.equal(await failure(["payout", "approve", ...month]), "ARGUMENT_INVALID", "--json without --yes");
  });

  it("say what is wrong with a plan before the chain is asked", async () => {
    const unreachable = { ON_SYSTEM_CHAIN_RPC: "http://127.0.0.1:1" };
    const next = monthBefore(MONTH.name, -1);
    const early = ["payout", "plan", "--month", next, "--budget", "700"];
    assert.equal(await failure(early, unreachable), "MONTH_NOT_OVER");
    assert.equal(await failure([...plan.slice(0, -1), "0"], unreachable), "ARGUMENT_INVALID");
    assert.equal(
      await failure(plan, { ...unreachable, LUCID_PLANNER_KEY: APPROVER.privateKey }),
      "SIGNER_DIFFERS",
    );
    assert.equal(await failure(plan, { ...unreachable, PAYOUT_ROUTER_KYC_ADDRESS: "" }), "SETTING_MISSING");
    assert.equal(await failure(["payout", "approve", ...month, "--yes"], unreachable), "STATEMENT_MISSING");
    assert.equal(await failure(plan, unreachable), "RPC_UNREACHABLE", "nothing else is wrong");
  });

  it("plan once, approve after recomputing, and explain to the payee", async () => {
    const planned = await run("payout plan", ...plan.slice(2));
    assert.deepInclude(planned, { planned: "now", payees: 3, total: "700000000", epochs: 1 });
    assert.deepInclude(await run("payout plan", ...plan.slice(2)), { planned: "before", hash: planned.hash });
    const unreachable = { ON_SYSTEM_CHAIN_RPC: "http://127.0.0.1:1" };
    assert.equal(await failure([...plan.slice(0, -1), "701"], unreachable), "PLAN_DIFFERS");

    const approved = await run("payout approve", ...month, "--yes");
    assert.deepInclude(approved, { approved: true, entered: 3, hash: planned.hash });
    assert.deepInclude(await run("payout approve", ...month, "--yes"), { entered: 0 });

    const entity = (nodes[0] as Wallet).address;
    const { row, checks, epochs, payment } = await run("payout explain", entity, ...month);
    assert.deepInclude(row, { credits: "3", share: "300000000", amount: "300000000" });
    assert.isTrue(
      checks.every(({ holds }) => holds),
      JSON.stringify(checks),
    );
    assert.deepEqual(checks.map(({ check }) => check).sort(), [
      ...["approver", "attestations", "credits", "planner", "row", "store"],
    ]);
    assert.deepInclude(epochs[0], { credits: 3, rank: 1, attestations: 1 });
    assert.deepInclude(payment, { status: "pending" });
    assert.equal(await failure(["payout", "explain", PLANNER.address, ...month]), "PAYEE_UNKNOWN");
    const { stdout } = await runTask(["payout", "explain", entity, ...month, "--brief"], settings);
    assert.match(stdout, /Payment: 300 USDT to T/);
  });

  it("and the verifier page comes to the same about the payee's row", async function () {
    const executable = needChromium(this);
    const entity = (nodes[0] as Wallet).address;
    const explained = await run("payout explain", entity, ...month, "--brief");
    const { checkpoints } = contracts;
    const read = async (name: string) => ({
      name,
      content: await readFile(join(dataDir, "statements", name)),
    });
    const statement = await read(`${MONTH.name}.json`);
    const signatures = await read(`${MONTH.name}.signatures.json`);
    const explanation = (document: unknown) => ({
      name: "explained.json",
      content: JSON.stringify(document),
    });
    const files = [statement, signatures, explanation(explained)];
    await using page = await VerifierPage.open(executable);
    await page.fill({
      endpoint: chain.url,
      checkpoints,
      planner: PLANNER.address,
      approver: APPROVER.address,
    });
    const [report] = await page.verify(files);
    assert.equal(report?.verdict, "verified", report?.text);
    // Only the machine that pays has a store to compare with.
    const checks = explained.checks.filter(({ check }) => check !== "store");
    assert.deepEqual(report?.json.checks, checks);
    const { month: name, hash, root, row, path, totalCredits, divided, payoutId } = explained;
    const statementPart = { month: name, hash, root, row, path, totalCredits, divided, payoutId };
    assert.deepInclude(report?.json, statementPart as Record<string, unknown>);

    const failing = async (...changed: VisitorFile[]) => {
      const [found] = await page.verify(changed);
      return found?.json.error === undefined ? found?.codes : [(found.json.error as { code: string }).code];
    };
    const [epoch] = explained.epochs as [(typeof explained.epochs)[number]];
    const claimed = { ...explained, epochs: [{ ...epoch, credits: epoch.credits + 1 }] };
    assert.deepEqual(await failing(statement, signatures, explanation(claimed)), ["Credits credits"]);
    const more = Buffer.from(
      statement.content.toString().replace('"share":"300000000"', '"share":"300000001"'),
    );
    assert.deepEqual(await failing({ name: "more.json", content: more }, ...files.slice(1)), [
      "STATEMENT_MALFORMED",
    ]);
    await page.fill({ quorum: "2", approver: PLANNER.address });
    assert.deepEqual(await failing(...files), [
      "Approver's signature approver",
      "Checkpoints on the chain attestations",
    ]);
    await page.fill({ quorum: "1", approver: "", planner: "" });
    assert.equal((await page.verify(files))[0]?.verdict, "unconfirmed", "only the file names the signers");
    assert.equal((await page.verify(files.slice(0, 2)))[0]?.json.error !== undefined, true);
    await page.fill({ entity });
    const [part] = await page.verify([statement]);
    assert.equal(part?.verdict, "unchecked");
    await page.fill({ entity: PLANNER.address });
    assert.deepEqual(await failing(statement), ["PAYEE_UNKNOWN"]);
  });

  it("were all run", () => {
    assert.sameMembers(
      [...seen],
      // The others need a node of TRON: payouts/payout-tron-tasks.test.ts runs them.
      Object.keys(SHAPES).filter(
        (task) => task.startsWith("payout ") && !TRON_TASKS.some((one) => one === task),
      ),
    );
  });
});
