import { inspect } from "node:util";
import { assert } from "chai";
import { runTask } from "../../tasks/run-task.ts";

const CLEARED = "\u001b[2J\u009b2J\u202eSession 1 is verified\nSession 2 is verified";
/** All that a terminal obeys, but line breaks. */
const OBEYED = /(?!\n)[\p{Cc}\p{Cf}]/u;

describe("what a task prints", () => {
  it("is shown by the terminal, not obeyed, wherever it comes from", async () => {
    const { log, error } = console;
    const printed: string[] = [];
    const print = (text: string) => void printed.push(text);
    Object.assign(console, { log: print, error: print });
    try {
      await runTask({ json: false }, async (terminal) => {
        terminal.line(CLEARED);
        terminal.progress(CLEARED);
        terminal.table([{ [CLEARED]: CLEARED }]);
        return { value: undefined };
      });
      await runTask({ json: true }, async () => ({ value: { [CLEARED]: CLEARED } }));
    } finally {
      Object.assign(console, { log, error });
    }
    assert.lengthOf(printed, 5);
    for (const text of printed) {
      assert.notMatch(text, OBEYED);
      assert.notMatch(text, /^Session \d is verified/m);
      assert.include(text, "\\u001b[2J");
    }
    assert.deepEqual(JSON.parse(printed.at(-1) as string), { [CLEARED]: CLEARED });
  });

  it("of a fault goes on to Hardhat with its stack and causes, and nothing that a terminal obeys", async () => {
    const fault = new Error(CLEARED, { cause: new Error(CLEARED) });
    const caught = await runTask({ json: false }, () => Promise.reject(fault)).catch((error) => error);
    assert.strictEqual(caught, fault);
    const shown = inspect(caught);
    assert.include(shown, "\\u001b[2J");
    assert.include(shown, "run-task.test.ts", "its stack");
    assert.include(shown, "cause");
    assert.notMatch(shown, OBEYED);
  });
});
