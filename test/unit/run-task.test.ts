import { inspect } from "node:util";
import { assert } from "chai";
import { SettingsError } from "../../offchain/config/errors.ts";
import { runTask } from "../../tasks/run-task.ts";

const CLEARED = "\u001b[2J\u009b2J\u202eSession 1 is verified\nSession 2 is verified";
/** All that a terminal obeys, but line breaks. */
const OBEYED = /(?!\n)[\p{Cc}\p{Cf}]/u;

async function* inPages<Row>(pages: readonly Row[]) {
  yield* pages;
}

/** What a task prints on stdout and on stderr. */
async function printedBy(...[options, body]: Parameters<typeof runTask>) {
  const { log, error } = console;
  let [out, errors] = ["", ""];
  Object.assign(console, {
    log: (text: string) => (out += `${text}\n`),
    error: (text: string) => (errors += `${text}\n`),
  });
  try {
    await runTask(options, body);
  } finally {
    Object.assign(console, { log, error });
  }
  return { out, errors };
}

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

  it("is one document also where it is printed in pages, and the same", async () => {
    const pages = [[{ a: 1, b: "x" }, { a: 2 }], [], [{ a: 3n, c: { d: [CLEARED] } }]];
    for (const some of [pages, [[], []], []]) {
      const paged = await printedBy({ json: true }, async (terminal) => {
        assert.equal(await terminal.pages(inPages(some)), some.flat().length);
        return {};
      });
      const whole = await printedBy({ json: true }, async () => ({ value: some.flat() }));
      assert.equal(paged.out, whole.out);
    }
  });

  it("is no document where a page fails, and the error is on stderr", async () => {
    const failing = async function* () {
      yield [{ a: 1 }];
      yield [{ a: 2 }];
      throw new SettingsError({ code: "KEY_LOCKED", setting: "NAME" });
    };
    const { out, errors } = await printedBy({ json: true }, async (terminal) => {
      await terminal.pages(failing());
      return {};
    });
    assert.throws(() => JSON.parse(out));
    assert.match(errors, /^Error KEY_LOCKED: /);
  });

  it("is the error where already the first page fails", async () => {
    const { out } = await printedBy({ json: true }, async (terminal) => {
      const failing = Promise.reject(new SettingsError({ code: "KEY_LOCKED", setting: "NAME" }));
      await terminal.pages(inPages([await failing]));
      return {};
    });
    assert.equal(JSON.parse(out).error.code, "KEY_LOCKED");
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
