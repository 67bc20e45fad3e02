import { spawnSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { assert } from "chai";
import { localKey } from "../../devnet/anvil.ts";
import { newSession } from "../../devnet/store-documents.ts";
import { openStore } from "../../offchain/store/open-store.ts";
import { FAILURE, SHAPES } from "../support/json-shapes.ts";
import { runJson, runTask, spawnTask } from "../support/run-task.ts";
import { skipWithout } from "../support/skip-without.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const SAMPLE = join(ROOT, "samples/first-steps.cast");
/** More than two pages of the store. */
const MANY = 2_100;

describe("session list", function () {
  this.timeout(60_000);
  let dataDir: string;
  let settings: Record<string, string>;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "lucid-list-"));
    settings = {
      LUCID_DATA_DIR: dataDir,
      LUCID_OWNER_KEY: localKey(2),
      LUCID_AGE_RECIPIENTS: await identityToRecipient(await generateX25519Identity()),
    };
  });
  afterEach(() => rm(dataDir, { recursive: true }));

  const list = async (...args: string[]) =>
    SHAPES["session list"].parse(await runJson(["session", "list", ...args], settings));
  const labels = async () => (await list()).map(({ label }) => label);
  const seal = (...args: string[]) => runJson(["session", "seal", ...args], settings);
  const refusal = async (...args: string[]) =>
    FAILURE.parse(await runJson(["session", ...args], settings, 1)).error;
  /** Sessions that are entered together: groups of them have the same stamp. */
  const enter = async (count: number, status: "sealed" | "pending" = "sealed") => {
    await using store = await openStore({ setting: join(dataDir, "store.db") });
    const first = await store.sessions.count();
    const entered = Array.from({ length: count }, (_, at) =>
      newSession(first + at, { status, label: `tour-${first + at}.cast` }),
    );
    await store.sessions.insertMany(entered);
    return entered.map(({ _id }) => _id);
  };

  it("says which recording a session is, as long as nobody wants otherwise", async () => {
    await mkdir(join(dataDir, "tours/2026"), { recursive: true });
    await cp(SAMPLE, join(dataDir, "tours/2026/first.cast"));
    await cp(SAMPLE, join(dataDir, "tours/second.cast"));
    await seal(SAMPLE);
    await seal(join(dataDir, "tours"));
    await seal(SAMPLE, "--label", "a first tour");
    await seal(SAMPLE, "--label", "");
    await seal(SAMPLE, "--no-label");
    const [alone, ...others] = await labels();
    assert.equal(alone, "first-steps.cast");
    assert.sameMembers(others.slice(0, 2), ["2026/first.cast", "second.cast"]);
    assert.deepEqual(others.slice(2), ["a first tour", undefined, undefined]);
    const { stdout } = await runTask(["session", "list"], settings);
    assert.match(stdout, /^session +label +started/);
    assert.include(stdout, "2026/first.cast");
  });

  it("has labels that no file of a session has", async () => {
    const secret = "dismissal-of-somebody";
    const [one] = SHAPES["session seal"].parse(await seal(SAMPLE, "--label", secret));
    const { directory } = one as NonNullable<typeof one>;
    for (const name of await readdir(directory, { recursive: true })) {
      assert.notInclude(name, secret);
      const path = join(directory, name);
      if ((await stat(path)).isFile()) assert.isFalse((await readFile(path)).includes(secret), name);
    }
    assert.deepEqual(await labels(), [secret]);
  });

  it("refuses a label that it could not keep, or that would be several recordings'", async () => {
    const samples = join(ROOT, "samples");
    for (const args of [
      ["seal", samples, "--label", "one"],
      ["seal", SAMPLE, "--label", "one", "--no-label"],
      ["seal", SAMPLE, "--label", "a".repeat(5_000)],
    ]) {
      const error = await refusal(...args);
      assert.deepInclude(error, { code: "ARGUMENT_INVALID", argument: "--label" });
      assert.isBelow(error.message.length, 1_000);
    }
    assert.deepEqual(await list(), []);
  });

  it("goes on page by page where the page before says so, whatever was entered together", async () => {
    const sealed = await enter(7);
    const pending = await enter(4, "pending");
    for (const [options, ids] of [
      [[], [...sealed, ...pending]],
      [["--status", "sealed"], sealed],
      [["--status", "PENDING"], pending],
    ] as const) {
      const shown: string[] = [];
      let args: readonly string[] = [...options, "--limit", "3"];
      for (;;) {
        const { stdout } = await runTask(["session", "list", ...args], settings);
        shown.push(...(stdout.match(/^[0-9a-f-]{36}/gm) ?? []));
        const more = /^(\d+) more: npx hardhat session list (.*)$/m.exec(stdout);
        assert.equal(Number(more?.[1] ?? 0), ids.length - shown.length, stdout);
        if (more === null) break;
        args = (more[2] as string).split(" ");
      }
      assert.deepEqual(shown, ids);
    }
    const after = sealed[1] as string;
    assert.deepEqual(
      (await list("--limit", "2", "--after", after)).map(({ session }) => session),
      sealed.slice(2, 4),
    );
    assert.include(
      (await runTask(["session", "list", "--after", pending[3] as string], settings)).stdout,
      "after",
    );
    assert.include((await runTask(["session", "list", "--status", "anchored"], settings)).stdout, "anchored");
  });

  it("gives all where nobody reads along: one table, and one document, over several pages", async () => {
    const ids = await enter(MANY);
    const rows = await list();
    assert.deepEqual(
      rows.map(({ session }) => session),
      ids,
    );
    const { stdout } = await runTask(["session", "list"], settings);
    const lines = stdout.trimEnd().split("\n");
    assert.lengthOf(lines, MANY + 1);
    assert.lengthOf(
      lines.filter((line) => line.startsWith("session")),
      1,
      "heads",
    );
    assert.notMatch(stdout, / more: /);
    assert.lengthOf(await list("--limit", "1500"), 1_500);
  });

  it("gives fifty where somebody reads along", async function () {
    if (spawnSync("script", ["--version"]).error !== undefined) {
      return skipWithout(this, "no script(1), which runs a program on a terminal");
    }
    await enter(60);
    const hardhat = join(ROOT, "node_modules/hardhat/dist/src/cli.js");
    const command = `${process.execPath} ${hardhat} session list`;
    const env = { ...process.env, ...settings, CI: "true", NO_COLOR: "1" };
    const { stdout } = spawnSync("script", ["-qec", command, "/dev/null"], {
      cwd: ROOT,
      env,
      encoding: "utf8",
    });
    assert.lengthOf(stdout.match(/sealed/g) ?? [], 50, stdout);
    assert.match(stdout, /^10 more: npx hardhat session list --after [0-9a-f-]{36}\r?$/m);
  });

  it("ends quietly where nobody takes its lines any more", async () => {
    await enter(MANY);
    const child = spawnTask(["session", "list", "--json"], settings);
    let errors = "";
    child.stderr?.on("data", (data) => (errors += data));
    child.stdout?.once("data", () => child.stdout?.destroy());
    await new Promise((done) => child.once("close", done));
    assert.equal(errors, "");
  });

  it("refuses what is no page", async () => {
    for (const [argument, value] of [
      ["--limit", "0"],
      ["--limit", "some"],
      ["--after", "00000000"],
      ["--after", "11111111-2222-4333-8444-555555555555"],
      ["--status", "lost"],
    ] as const) {
      assert.deepInclude(await refusal("list", argument, value), {
        code: "ARGUMENT_INVALID",
        argument,
        value,
      });
    }
  });
});
