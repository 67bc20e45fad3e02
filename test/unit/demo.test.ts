import { assert } from "chai";
import { conclude } from "../../tasks/demo/conclude.ts";
import { Expectations } from "../../tasks/demo/expectations.ts";
import { Narrator } from "../../tasks/demo/narrator.ts";
import type { Terminal } from "../../tasks/run-task.ts";

/** A terminal that keeps its lines. */
function recording(signal = new AbortController().signal) {
  const lines: string[] = [];
  const terminal = { line: (text = "") => void lines.push(text) } as Terminal;
  return { lines, narrator: new Narrator(terminal, signal) };
}

describe("the demo's output", () => {
  it("keeps within 80 columns, a step's text below its title", () => {
    const { lines, narrator } = recording();
    for (let step = 1; step <= 10; step += 1) narrator.step("word ".repeat(30).trim());
    narrator.say(`${"a".repeat(70)} ${"b".repeat(10)}`);
    assert.isAtMost(Math.max(...lines.map(({ length }) => length)), 80);
    assert.deepEqual(
      lines.filter((line) => /^\d/.test(line)).map((line) => line.slice(0, 8)),
      [
        "1.  word",
        "2.  word",
        "3.  word",
        "4.  word",
        "5.  word",
        "6.  word",
        "7.  word",
        "8.  word",
        "9.  word",
        "10. word",
      ],
    );
    assert.deepEqual(lines.slice(-2), [`    ${"a".repeat(70)}`, `    ${"b".repeat(10)}`]);
  });

  it("leaves a word whole that is longer than a line", () => {
    const { lines, narrator } = recording();
    narrator.say(`one ${"x".repeat(100)} two`);
    assert.deepEqual(lines, ["    one", `    ${"x".repeat(100)}`, "    two"]);
  });

  it("begins no step once it is interrupted", () => {
    const { lines, narrator } = recording(AbortSignal.abort(new RangeError("interrupted")));
    assert.throws(() => narrator.step("Start"), RangeError, "interrupted");
    assert.deepEqual(lines, []);
  });

  it("succeeds where everything holds", () => {
    const { lines, narrator } = recording();
    const expectations = new Expectations(narrator);
    expectations.expect(true, "Water is wet.");
    const { value, failed } = conclude([{ value: { found: 1 }, failures: expectations.failures }], narrator);
    assert.deepEqual([value, failed], [{ found: 1, failures: [] }, false]);
    assert.match(lines.join("\n"), /Everything held\./);
  });

  it("fails by name where one expectation of any part does not hold", () => {
    const { lines, narrator } = recording();
    const expectations = new Expectations(narrator);
    expectations.expect(true, "Water is wet.");
    expectations.expect(false, "All 6 sessions verify; 5 do.");
    const results = [
      { value: { found: 1 }, failures: expectations.failures },
      { value: { other: 2 }, failures: [] },
    ];
    const { value, failed } = conclude(results, narrator);
    assert.deepEqual(value, { found: 1, other: 2, failures: ["All 6 sessions verify; 5 do."] });
    assert.isTrue(failed);
    assert.deepEqual(lines, [
      "    DOES NOT HOLD: All 6 sessions verify; 5 do.",
      "",
      "The demo FAILED. What should hold, and does not:",
      "    All 6 sessions verify; 5 do.",
    ]);
  });
});
