import { assert } from "chai";
import fc from "fast-check";
import { terminalWidth, wrapped } from "../../tasks/wrap-text.ts";

const TEXT =
  "The router TFbe44dnT6GExVAWbu1E8qVXoPeVG8Yre5 is paused, so it pays nothing. Its admin calls it.";

describe("what a terminal shows", () => {
  it("is broken between words where it is wider than the terminal", () => {
    assert.deepEqual(wrapped(TEXT, 50).split("\n"), [
      "The router TFbe44dnT6GExVAWbu1E8qVXoPeVG8Yre5 is",
      "paused, so it pays nothing. Its admin calls it.",
    ]);
  });

  it("keeps its indent", () => {
    for (const line of wrapped(`  ${TEXT}`, 50).split("\n")) assert.match(line, /^ {2}\S/);
  });

  it("is whole where it fits, and where it is piped", () => {
    assert.equal(wrapped(TEXT, TEXT.length), TEXT);
    assert.equal(wrapped(TEXT, terminalWidth({ isTTY: false, columns: 50 })), TEXT);
    assert.equal(
      wrapped(TEXT, terminalWidth({ isTTY: true, columns: 0 })),
      TEXT,
      "a width that is not known",
    );
    assert.equal(terminalWidth({ isTTY: true, columns: 50 }), 50);
  });

  it("has the same words in the same order, in lines that fit unless a word does not", () => {
    const words = fc.array(fc.stringMatching(/^[a-z0-9]{1,30}$/), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(words, fc.integer({ min: 10, max: 120 }), (list, width) => {
        const lines = wrapped(list.join(" "), width).split("\n");
        assert.deepEqual(
          lines.flatMap((line) => line.split(" ")),
          list,
        );
        for (const line of lines) assert.isTrue(line.length <= width || !line.includes(" "), line);
      }),
    );
  });
});
