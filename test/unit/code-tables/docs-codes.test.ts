import { spawnSync } from "node:child_process";
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { assert } from "chai";

const ROOT = resolve(import.meta.dirname, "../../..");
const PROGRAM = join(ROOT, "scripts/code-tables/main.ts");
const SOURCE = "offchain/monitoring/errors.ts";
const PAGE = "docs/errors.md";

/** On a copy of the pages and of what they are written from. */
describe("npm run docs:codes", function () {
  this.timeout(60_000);
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "lucid-codes-"));
    for (const part of ["docs", "offchain"])
      cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const run = (...options: string[]) => {
    const args = ["--import", import.meta.resolve("tsx"), PROGRAM, ...options];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
    return { status, stderr };
  };
  const read = (path: string) => readFileSync(join(folder, path), "utf8");
  const change = (path: string, from: RegExp, to: string) => {
    const text = read(path);
    assert.match(text, from);
    writeFileSync(join(folder, path), text.replace(from, to));
  };

  it("writes what the comments say; --check writes nothing, and names the command that would", () => {
    assert.deepEqual(run("--check"), { status: 0, stderr: "" }, "pages and comments agree as they are");
    const before = read(PAGE);
    change(SOURCE, /The server for health and metrics cannot listen/, "Nothing can listen");

    const stale = run("--check");
    assert.equal(stale.status, 1);
    assert.match(stale.stderr, /docs\/errors\.md\. Run npm run docs:codes/);
    assert.equal(read(PAGE), before);

    assert.deepEqual(run(), { status: 0, stderr: "" });
    assert.equal(
      read(PAGE),
      before.replace("The server for health and metrics cannot listen", "Nothing can listen"),
    );
    assert.equal(run("--check").status, 0);
  });

  it("refuses a code without a comment, and errors without a table, and writes nothing", () => {
    const before = read(PAGE);
    change(SOURCE, /\/\*\*\n \* The server[^/]+\*\/\n/, "");
    appendFileSync(
      join(folder, "offchain/cut-text.ts"),
      "class NewError extends LucidError<NewDetails> {}\n",
    );
    for (const options of [[], ["--check"]]) {
      const { status, stderr } = run(...options);
      assert.equal(status, 1);
      assert.deepEqual(stderr.trim().split("\n"), [
        `${SOURCE}:4: MONITOR_ADDRESS_UNUSABLE has no comment that says what it means.`,
        `${PAGE}: there is no table of NewDetails.`,
      ]);
    }
    assert.equal(read(PAGE), before);
  });
});
