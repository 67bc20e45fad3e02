import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { generateX25519Identity } from "age-encryption";
import { assert } from "chai";
import { JsonRpcProvider, toBeHex, Wallet } from "ethers";
import { type LocalChain, localKey, startAnvil } from "../../../devnet/anvil.ts";
import { addressOf, newWorkTally } from "../../../devnet/store-documents.ts";
import { sampleHash, sampleWallet } from "../../../devnet/task-proofs.ts";
import { epochOf, slotAt } from "../../../offchain/consensus/slot-time.ts";
import { openStore } from "../../../offchain/store/open-store.ts";
import { needAnvil } from "../../support/evm-chain.ts";
import { FAILURE, SHAPES } from "../../support/json-shapes.ts";
import { runJson, runTask, spawnTask, taskSettings } from "../../support/run-task.ts";

const SAMPLE = resolve(import.meta.dirname, "../../../samples/first-steps.cast");
const TRON = "TG3XXyExBkPp9nzdajDZsozEu4BkaSJozs";
const OTHER_TRON = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t";
/** The contracts are that old: an epoch has ended since, in which nothing happened. */
const AGE_SEC = 90_000;
const RECENT_BLOCKS = 120;

type Task = Extract<keyof typeof SHAPES, `poot ${string}`>;

describe("the tasks of PoOT", function () {
  this.timeout(300_000);
  let chain: LocalChain;
  let dataDir: string;
  let settings: Record<string, string>;
  const seen = new Set<Task>();
  const nodes = [sampleWallet("task node 0"), sampleWallet("task node 1")];
  const pool = sampleWallet("task pool");

  before(async function () {
    needAnvil(this);
    const now = Math.floor(Date.now() / 1_000);
    chain = await startAnvil({ extra: ["--timestamp", String(now - AGE_SEC)] });
    dataDir = await mkdtemp(join(tmpdir(), "lucid-poot-"));
    settings = {
      ...(await taskSettings(chain, dataDir, await generateX25519Identity())),
      LUCID_NODE_KEY: nodes.map(({ privateKey }) => privateKey).join(","),
      LUCID_VRF_KEY: [sampleHash("vrf 0"), sampleHash("vrf 1")].join(","),
      LUCID_POOL_KEY: pool.privateKey,
    };
    await runJson(["deploy"], settings);
    const direct = new JsonRpcProvider(chain.url, undefined, { staticNetwork: true });
    for (const { address } of nodes) {
      await direct.send("anvil_setBalance", [address, toBeHex(10n ** 20n)]);
      await runJson(["role", "grant", "REGISTRAR", address], settings);
    }
    // From now on its blocks come by themselves, in step with this machine.
    await direct.send("evm_setNextBlockTimestamp", [Math.floor(Date.now() / 1_000) - RECENT_BLOCKS]);
    await direct.send("anvil_mine", [toBeHex(RECENT_BLOCKS), "0x1"]);
    await direct.send("evm_setIntervalMining", [1]);
    direct.destroy();
  });
  const endings: (() => void)[] = [];
  const onEnd = (end: () => void) => void endings.push(end);
  after(async () => {
    for (const end of endings) end();
    await chain?.[Symbol.asyncDispose]();
    if (dataDir !== undefined) await rm(dataDir, { recursive: true });
  });

  /** Runs a task and holds its document to its shape. */
  async function run<T extends Task>(task: T, ...args: string[]) {
    const value = await runJson([...task.split(" "), ...args], settings);
    return shaped(task, value);
  }

  function shaped<T extends Task>(task: T, value: unknown) {
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

  it("registers nodes, changes them, and does nothing twice", async () => {
    assert.equal(await failure(["poot", "register"]), "REGISTRATION_INCOMPLETE");
    assert.equal(await failure(["poot", "register", "--tron", "T123"]), "ARGUMENT_INVALID");
    assert.equal(await failure(["poot", "register"], { LUCID_VRF_KEY: sampleHash("one") }), "KEY_INVALID");
    const registered = await run("poot register", "--tron", TRON);
    assert.deepEqual(
      registered.map(({ account, action, sequence }) => [account, action, sequence]),
      nodes.map(({ address }) => [address.toLowerCase(), "register", 1]),
    );
    assert.isAbove(registered[0]?.effectiveSlot ?? 0, slotAt(Date.now()));
    assert.deepEqual(await run("poot register", "--tron", TRON), []);
    const changed = await run("poot register", "--tron", OTHER_TRON);
    assert.deepEqual(
      changed.map(({ action, sequence }) => [action, sequence]),
      [
        ["change", 2],
        ["change", 2],
      ],
    );
    assert.equal(
      await failure(["poot", "register", "--as-pool", "--tron", TRON], {
        LUCID_POOL_KEY: nodes[0]?.privateKey as string,
      }),
      "REGISTRATION_KIND_DIFFERS",
    );
  });

  it("takes nodes into a pool, with its key at hand or by a file", async () => {
    const [registered] = await run("poot register", "--as-pool", "--tron", TRON);
    const poolId = pool.address.toLowerCase();
    assert.deepInclude(registered, { account: poolId, kind: "pool", action: "register" });
    const file = join(dataDir, "members.json");
    const asked = await run("poot register", "--pool", poolId, "--out", file);
    assert.isUndefined(asked[0]?.effectiveSlot, "nothing is in force yet");
    assert.equal(
      await failure(["poot", "register", "--countersign", file], { LUCID_POOL_KEY: localKey(9) }),
      "REGISTRATION_FILE_INVALID",
    );
    assert.equal(
      await failure(["poot", "register", "--countersign", join(dataDir, "none.json")]),
      "REGISTRATION_FILE_INVALID",
    );
    const joined = await run("poot register", "--countersign", file);
    assert.deepEqual(
      joined.map(({ pool: joinedPool, sequence }) => [joinedPool, sequence]),
      [
        [poolId, 3],
        [poolId, 3],
      ],
    );
    const left = await run("poot register");
    assert.deepEqual(
      left.map(({ pool: none, sequence }) => [none, sequence]),
      [
        [undefined, 4],
        [undefined, 4],
      ],
    );
    const again = await run("poot register", "--pool", poolId);
    assert.equal(again[0]?.pool, poolId);
    await run("poot register");
  });

  it("runs nodes until they are interrupted, and shows what they concluded", async () => {
    const child = spawnTask(["poot", "run", "--json"], { ...settings, LUCID_POOT_MONITOR: "127.0.0.1:0" });
    let [stdout, stderr] = ["", ""];
    child.stdout?.on("data", (data) => {
      stdout += data;
    });
    child.stderr?.on("data", (data) => {
      stderr += data;
    });
    const ended = new Promise<number | null>((done) => child.once("close", done));
    onEnd(() => void child.kill("SIGKILL"));
    for (let waited = 0; !/^slot \d+: /m.test(stderr) && waited < 2_400; waited += 1) {
      await Promise.race([pause(100), ended]);
    }
    const [monitor = ""] = /http:[^ ]+(?=\/readyz)/.exec(stderr) ?? [];
    const [readiness, metrics] = await Promise.all(
      ["/readyz?verbose", "/metrics"].map(async (path) => await (await fetch(`${monitor}${path}`)).text()),
    );
    const checks = ["started", "store", "chain", "clocks", "admission", "agreement"];
    assert.equal(readiness, `${checks.map((name) => `[+]${name} ok\n`).join("")}ok\n`);
    assert.match(metrics ?? "", /^lucid_current_slot [1-9]\d+$/m);
    assert.match(
      metrics ?? "",
      /^lucid_store_duration_seconds_count\{operation="insert leader_schedule",result="ok"\}/m,
    );
    assert.match(
      metrics ?? "",
      /^lucid_rpc_duration_seconds_count\{operation="eth_blockNumber",result="ok"\}/m,
    );
    assert.match(metrics ?? "", /^lucid_breaker_open\{breaker="budget"\} 0$/m);
    const slots = await run("poot slots", "--from", String(slotAt(Date.now()) - 3));
    child.kill("SIGINT");
    assert.equal(await ended, 0, stderr);
    const summary = shaped("poot run", JSON.parse(stdout));
    assert.isAbove(summary.decided, 0, stderr);
    assert.isAtLeast(slots.length, 3);
    assert.equal(slots[0]?.reason, "missed");

    const [last] = slots.slice(-1);
    const slot = String(last?.slot);
    const [{ address } = { address: "" }] = nodes;
    assert.equal((await run("poot leader", "--slot", slot)).slot, Number(slot));
    const { explanation } = await run("poot leader", "--slot", slot, "--explain", address);
    assert.include(explanation?.exclusions ?? [], "no-credits");
    assert.equal(await failure(["poot", "leader", "--slot", "1"]), "SLOT_UNDECIDED");
  });

  it("shows and attests an epoch", async () => {
    const epoch = String(epochOf(slotAt(Date.now())) - 1);
    assert.equal(await failure(["poot", "tally", "--epoch", "1"]), "EPOCH_NOT_CHECKPOINTED");
    // The node that ran above may have attested the epoch already.
    const attested = await run("poot attest", epoch, "--accept-omissions");
    assert.lengthOf(attested, nodes.length);
    const again = await run("poot attest", epoch, "--accept-omissions");
    assert.deepEqual(
      again.map(({ attested: when, root }) => [when, root]),
      [
        ["before", attested[0]?.root],
        ["before", attested[0]?.root],
      ],
    );
    // Nobody was registered in that epoch: its tally has no rows.
    assert.equal(await failure(["poot", "tally", "--epoch", epoch]), "EPOCH_NOT_CHECKPOINTED");
    {
      await using store = await openStore({ setting: join(dataDir, "store.db") });
      await store.workTally.insertMany([newWorkTally(1, 2, 2), newWorkTally(1, 1, 1)]);
    }
    const rows = await run("poot tally", "--epoch", "1");
    assert.deepEqual(
      rows.map(({ rank, entity }) => [rank, entity]),
      [
        [1, addressOf(1)],
        [2, addressOf(2)],
      ],
    );
  });

  it("signs a receipt where a node looks for it", async () => {
    const [sealed] = await runJson<{ session: string; bytes: number }[]>(
      ["session", "seal", SAMPLE],
      settings,
    );
    const { session } = sealed as { session: string };
    const node = new Wallet(nodes[0]?.privateKey as string).address;
    const receipt = await run("poot receipt", session, "--node", node);
    assert.include(receipt, { session, node: node.toLowerCase() });
    assert.include(JSON.parse(await readFile(receipt.file, "utf8")), {
      sessionId: session,
      bytes: receipt.bytes,
    });
    assert.equal(
      await failure(["poot", "receipt", session, "--node", node, "--bytes", "0"]),
      "ARGUMENT_INVALID",
    );
    assert.equal(
      await failure(["poot", "receipt", session, "--node", node], { LUCID_OWNER_KEY: localKey(8) }),
      "ARGUMENT_INVALID",
    );
  });

  it("were all run", () => {
    assert.sameMembers(
      [...seen],
      Object.keys(SHAPES).filter((task) => task.startsWith("poot ")),
    );
  });
});
