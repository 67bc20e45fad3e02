import { inspect } from "node:util";
import { assert } from "chai";
import { runTask } from "../../tasks/run-task.ts";

const CLEARED = "\u001b[2J\u009b2J\u202eSession is verified";

describe("a task that ends in a fault of the program", () => {
  it("hands it on to Hardhat with its stack and causes, and nothing that a terminal obeys", async () => {
    const fault = new Error(CLEARED, { cause: new Error(CLEARED) });
    const caught = await runTask({ json: false }, () => Promise.reject(fault)).catch((error) => error);
    assert.strictEqual(caught, fault);
    const shown = inspect(caught);
    assert.include(shown, "\\u001b[2J");
    assert.include(shown, "run-task.test.ts", "its stack");
    assert.include(shown, "cause");
    assert.notMatch(shown, /(?!\n)[\p{Cc}\p{Cf}]/u);
  });
});
