import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { generateX25519Identity } from "age-encryption";
import { assert } from "chai";
import { Wallet } from "ethers";
import { type LocalChain, localKey, startAnvil } from "../../devnet/anvil.ts";
import { needAnvil } from "../support/evm-chain.ts";
import { FAILURE, FINDING, SHAPES } from "../support/json-shapes.ts";
import { runJson, runTask, taskSettings } from "../support/run-task.ts";

const ROOT = resolve(import.meta.dirname, "../..");
type Task = keyof typeof SHAPES;

describe("what tasks print with --json", function () {
  this.timeout(300_000);
  let chain: LocalChain;
  let dataDir: string;
  let settings: Record<string, string>;
  const seen = new Set<Task>();

  before(async function () {
    needAnvil(this);
    chain = await startAnvil();
    dataDir = await mkdtemp(join(tmpdir(), "lucid-json-"));
    settings = await taskSettings(chain, dataDir, await generateX25519Identity());
  });
  after(async () => {
    await chain?.[Symbol.asyncDispose]();
    if (dataDir !== undefined) await rm(dataDir, { recursive: true });
  });

  /** Runs a task and holds its document to its shape. */
  async function run<T extends Task>(task: T, ...args: string[]) {
    seen.add(task);
    const value = await runJson([...task.split(" "), ...args], settings);
    const parsed = SHAPES[task].safeParse(value);
    assert.isTrue(parsed.success, `${task}: ${parsed.error?.message}\n${JSON.stringify(value, null, 2)}`);
    return parsed.data as ReturnType<(typeof SHAPES)[T]["parse"]>;
  }

  it("has the documented shape, from deploy to import", async () => {
    await run("store init");
    await run("deploy");
    await run("session keygen", "--out", join(dataDir, "identity.txt"));
    const samples = join(ROOT, "samples");
    const [first, second] = await run("session seal", samples, "--chunk-bytes", "1048576");
    const { session } = first as { session: string };
    await run("session list");
    await run("session anchor --queue", session);
    await run("session anchor", session);
    await run("session anchor", "--tree", (second as { session: string }).session);
    await run("session list");
    await run("session verify", session);
    await run("session verify", (second as { session: string }).session);
    await run("session proof", session, "--out", join(dataDir, "proof.json"));
    await run("session verify", join(dataDir, "proof.json"));
    await run("session open", session, "--out", join(dataDir, "opened.cast"));
    await run("chunk store", session);
    await run("chunk status", session);
    const { store, chain: found } = await run("status");
    assert.deepEqual(store.sessions, { sealed: 4, pending: 0, anchored: 2 });
    assert.lengthOf(found.contracts, 3);
    assert.lengthOf(found.accounts, 2);
    await run("chunk update", session, "0", "--status", "Missing");
    await run("chunk prove", session, "0");
    const account = new Wallet(localKey(5)).address;
    await run("role grant", "UPLOADER", account);
    await run("role grant", "UPLOADER", account);
    await run("role list");
    await run("role revoke", "UPLOADER", account);
    await run("pause");
    await run("unpause");
    await run("tx list");
    await run("tx watch");
    const { findings } = await run("audit");
    assert.deepEqual(findings, [], "an audit of sessions without slots");
    await run("store migrate", "--status");
    await run("store status");
    const file = join(dataDir, "export.ndjson");
    await run("store export", "--out", file);
    settings = { ...settings, LUCID_STORE: join(dataDir, "other.db") };
    await run("store init");
    await run("store import", file);
    // Those of PoOT need a chain with a pace, those of payouts a month that is over, and the demo and the TRON node have
    // chains of their own: consensus/poot-tasks.test.ts, payout-tasks.test.ts and payouts/payout-tron-tasks.test.ts,
    // demo.test.ts and tron/tron-node-task.test.ts run them.
    const others = Object.keys(SHAPES).filter((task) => !/^(poot |payout |demo$|tron-node$)/.test(task));
    assert.sameMembers([...seen], others, "every task was run");
  });

  it("names the place of a finding, with what was expected and what was found", async () => {
    const [one] = await run("session seal", join(ROOT, "samples/first-steps.cast"));
    const { session, directory } = one as NonNullable<typeof one>;
    await writeFile(join(directory, "chunks/000000.chunk"), "short");
    const { findings } = SHAPES["session verify"].parse(
      await runJson(["session", "verify", session], settings, 1),
    );
    const [size, chain] = findings;
    assert.deepInclude(size, {
      subject: "files",
      code: "CHUNK_SIZE_MISMATCH",
      place: { sessionId: session, idx: 0 },
      expected: size?.expectedBytes as number,
      found: 5,
    });
    assert.deepInclude(chain?.place, { sessionId: session, contract: chain?.contract as string });
  });

  it("is documented, field by field", async () => {
    const page = await readFile(join(ROOT, "docs/json.md"), "utf8");
    const verify = page.split(/^### /m).find((part) => part.startsWith("`session verify`"));
    const fields = [...Object.keys(FINDING.shape), ...Object.keys(FINDING.shape.place.shape)];
    for (const field of fields) assert.include(verify, `\`${field}\``, "docs/json.md, a finding");
    for (const [task, shape] of Object.entries(SHAPES)) {
      const section = page.split(/^### /m).find((part) => part.startsWith(`\`${task}\``));
      assert.isDefined(section, `docs/json.md has no section on ${task}`);
      const object = "element" in shape ? shape.element : shape;
      const parts = "options" in object ? object.options : [object];
      for (const part of parts) {
        for (const field of Object.keys("shape" in part ? part.shape : {})) {
          assert.include(section, `\`${field}\``, `docs/json.md, ${task}`);
        }
      }
    }
  });

  it("is JSON where a setting, an argument or a file is bad", async () => {
    const bad: [string[], Record<string, string>, string][] = [
      [["session", "list"], { LUCID_CONFIRMATIONS: "many" }, "SETTING_INVALID"],
      [["session", "list"], { LUCID_ANCHORS_ADDRESS: "0x12" }, "SETTING_INVALID"],
      [["deploy"], { ON_SYSTEM_CHAIN_RPC: "localhost" }, "SETTING_INVALID"],
      [["store", "status"], { LUCID_LOG_LEVEL: "loud" }, "SETTING_INVALID"],
      [["tx", "list", "--limit", "few"], {}, "ARGUMENT_INVALID"],
      [["session", "verify", "nope"], {}, "SESSION_NOT_FOUND"],
      [["session", "seal", join(ROOT, "samples")], { LUCID_OWNER_KEY: "" }, "KEY_MISSING"],
    ];
    for (const [args, change, code] of bad) {
      const { stdout, code: exitCode } = await runTask([...args, "--json"], { ...settings, ...change });
      assert.equal(exitCode, 1, args.join(" "));
      assert.equal(FAILURE.parse(JSON.parse(stdout)).error.code, code, args.join(" "));
    }
  });
});
