import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { assert } from "chai";
import { ProgressBar } from "../../tasks/progress-bar.ts";

const PROGRAM = join(import.meta.dirname, "..", "support", "slow-task.ts");
/** All that a terminal obeys, but line breaks. */
const OBEYED = /(?!\n)\p{Cc}/u;
const ERASE_LINE = "\r\u001b[2K";
const MB = 1e6;

describe("a progress bar", () => {
  /** What is written while `done` of 100 MB grows at 10 MB/s, looked at in steps. */
  const written = (
    isTTY: boolean,
    { columns = 80, stepMs = 50, lastMs = 3_000, text = "sealing a.cast" } = {},
  ) => {
    const texts: string[] = [];
    let time = 0;
    const stream = { isTTY, columns, write: (some: string) => void texts.push(some) };
    const bar = new ProgressBar(stream, () => time);
    for (; time <= lastMs; time += stepMs) {
      bar.show({ text, done: (time / 1000) * 10 * MB, total: 100 * MB, unit: "bytes" });
    }
    return { texts, bar };
  };

  it("on a terminal shows percentage, rate and time left, in place, and is cleaned up", () => {
    const { texts, bar } = written(true);
    const shown = texts.at(-1) ?? "";
    assert.isTrue(shown.startsWith(ERASE_LINE));
    const line = shown.slice(ERASE_LINE.length);
    assert.match(line, /^sealing a\.cast {2}\[#+-+\] {2}30 % {2}10 MB\/s {2}7 s left$/);
    assert.isAtMost(texts.length, 21, "ten times a second at most");
    bar.end();
    assert.equal(texts.at(-1), ERASE_LINE);
    const { length } = texts;
    bar.end();
    assert.lengthOf(texts, length, "once");
  });

  it("elsewhere writes a line a second, without control characters", () => {
    const { texts } = written(false, { text: "sealing \u001b[2J.cast" });
    assert.deepEqual(texts, [
      "sealing \\u001b[2J.cast: 10 %, 10 MB/s, 9 s left\n",
      "sealing \\u001b[2J.cast: 20 %, 10 MB/s, 8 s left\n",
      "sealing \\u001b[2J.cast: 30 %, 10 MB/s, 7 s left\n",
    ]);
  });

  it("is silent where it takes less than a second", () => {
    for (const isTTY of [true, false]) {
      const { texts, bar } = written(isTTY, { lastMs: 950 });
      bar.end();
      assert.deepEqual(texts, []);
    }
  });

  it("fits the terminal, however narrow it is and whatever is in progress", () => {
    for (const columns of [200, 80, 60, 40, 20, 10]) {
      const text = `sealing ${"folder/".repeat(20)}tour.cast`;
      for (const line of written(true, { columns, text }).texts) {
        assert.isBelow(line.replace(ERASE_LINE, "").length, columns);
      }
    }
  });

  it("of a real task appears on a pseudo-terminal and is gone at the end", async function () {
    this.timeout(30_000);
    if (process.platform !== "linux" || spawnSync("script", ["--version"]).error) this.skip();
    const command = `${process.execPath} ${PROGRAM} 2>&1 >/dev/null`;
    const output = execFileSync("script", ["-qec", command, "/dev/null"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    assert.match(output, /working {2}\[#+-*\] {2}\d+ % {2}\d+ MB\/s {2}\d+ s left/);
    const afterBar = output.slice(output.lastIndexOf("left") + "left".length);
    assert.include(afterBar, ERASE_LINE, "the line is erased");
    assert.notInclude(afterBar, "%");
  });

  it("of a real task whose output is piped writes lines to stderr and none to stdout", function () {
    this.timeout(30_000);
    const { stdout, stderr, status } = spawnSync(process.execPath, [PROGRAM], { encoding: "utf8" });
    assert.equal(status, 0, stderr);
    assert.equal(stdout, "done\n");
    assert.match(stderr, /^(working: \d+ %, \d+ MB\/s, \d+ s left\n)+$/);
    assert.notMatch(stderr, OBEYED);
  });
});
