import { assert } from "chai";
import fc from "fast-check";
import { printable, printableJson } from "../../offchain/printable.ts";

const CLEARED = "\u001b[2J\u001b[HSession is verified";

/** What must never reach a terminal, in ranges of code points, written down apart from the code. */
const UNSAFE: readonly (readonly [number, number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x061c, 0x061c],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x2064],
  [0x2066, 0x206f],
  [0xfeff, 0xfeff],
  [0xfff9, 0xfffb],
  [0xe0001, 0xe0001],
  [0xe0020, 0xe007f],
];
const isUnsafe = (character: string) => {
  const code = character.codePointAt(0) as number;
  return UNSAFE.some(([from, to]) => code >= from && code <= to) || (code >= 0xd800 && code <= 0xdfff);
};
const unsafe = fc
  .oneof(...UNSAFE.map(([min, max]) => fc.integer({ min, max })))
  .map((code) => String.fromCodePoint(code));
/** Any text, with unsafe characters more often than chance would have them. */
const text = fc.string({ unit: fc.oneof(unsafe, fc.string({ unit: "binary", maxLength: 3 })) });

describe("text for a terminal", () => {
  it("shows what would clear the screen, turn the text round or begin a line", () => {
    assert.equal(printable(CLEARED), "\\u001b[2J\\u001b[HSession is verified");
    assert.equal(printable("a\nb\rc\td\u009b2J\u007f"), "a\\u000ab\\u000dc\\u0009d\\u009b2J\\u007f");
    assert.equal(printable("\u202egpj.\u2066exe\u2028"), "\\u202egpj.\\u2066exe\\u2028");
    assert.equal(printable("\u{e0041}"), "\\udb40\\udc41");
  });

  it("leaves what people read as it is", () => {
    const read = 'Zoë\'s "Aufnahme" №7 … 録音 — 🎙 = 100 % \\ok';
    assert.equal(printable(read), read);
  });

  it("keeps the lines of a JSON document", () => {
    assert.equal(printableJson('{\n  "a": "\u009b\u202e"\n}'), '{\n  "a": "\\u009b\\u202e"\n}');
  });

  it("property: no unsafe character is left, and a text without any is the same", () => {
    fc.assert(
      fc.property(text, (any) => {
        const shown = printable(any);
        assert.isFalse([...shown].some(isUnsafe));
        if (shown === any) return;
        const rest = [...any].filter((character) => printable(character) === character).join("");
        assert.equal(printable(rest), rest);
      }),
    );
    const safe = fc.string({ unit: "grapheme-ascii" });
    fc.assert(fc.property(safe, (any) => assert.equal(printable(any), any)));
  });

  it("property: a JSON document is the same value, and holds no unsafe character but line breaks", () => {
    fc.assert(
      fc.property(fc.dictionary(text, text), (value) => {
        const document = printableJson(JSON.stringify(value, null, 2));
        assert.isFalse([...document].some((character) => character !== "\n" && isUnsafe(character)));
        assert.deepEqual(JSON.parse(document), JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
