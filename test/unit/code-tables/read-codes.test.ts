import { assert } from "chai";
import { readCodes } from "../../../scripts/code-tables/read-codes.ts";

const read = (text: string, name = "Details") => readCodes("offchain/some.ts", text, name);

describe("codes as they are read from the source", () => {
  it("are those of the union's members in its order, with meaning, remedy and place", () => {
    const codes = read(`
import { type ErrorDetails } from "./errors.ts";

interface Base<Code extends string> extends ErrorDetails {
  readonly code: Code;
}
/** Not in the union. */
interface Unused extends Base<"UNUSED"> {}
/**
 * The door is locked, from within,
 * or from without.
 * @remedy Knock (docs/doors.md),
 * then wait.
 */
interface Locked extends ErrorDetails {
  /** Which one. */
  readonly door: string;
  readonly code: "DOOR_LOCKED";
}
/** The door is gone. @remedy Use the window. */
interface Gone extends Base<"DOOR_GONE"> {
  readonly door: string;
}

/** Everything about doors. */
export type Details =
  | Gone
  | Locked
  /**
   * The door is open.
   * @remedy Close it.
   */
  | { readonly code: "DOOR_OPEN"; readonly door: string };
`);
    assert.deepEqual(codes, [
      {
        code: "DOOR_GONE",
        place: "offchain/some.ts:21",
        meaning: "The door is gone.",
        remedy: "Use the window.",
      },
      {
        code: "DOOR_LOCKED",
        place: "offchain/some.ts:18",
        meaning: "The door is locked, from within, or from without.",
        remedy: "Knock (docs/doors.md), then wait.",
      },
      {
        code: "DOOR_OPEN",
        place: "offchain/some.ts:33",
        meaning: "The door is open.",
        remedy: "Close it.",
      },
    ]);
  });

  it("may be a union of texts, or a constant list", () => {
    const meaningsOf = (text: string) => read(text).map(({ code, meaning }) => [code, meaning]);
    const expected = [
      ["FIRST", "The first."],
      ["SECOND", "The second."],
    ];
    assert.deepEqual(
      meaningsOf('type Details =\n  /** The first. */\n  | "FIRST"\n  /** The second. */\n  | "SECOND";'),
      expected,
    );
    assert.deepEqual(
      meaningsOf(
        'export const Details = [\n  // A group\n  /** The first. */\n  "FIRST",\n  /** The second. */\n  "SECOND",\n] as const;',
      ),
      expected,
    );
  });

  it("take the nearest comment, and no other code's", () => {
    const codes = read(`
/** Of the interface. */
interface Two {
  readonly code: "FIRST" | "SECOND";
}
interface Three {
  /** Of the field. */
  readonly code: "THIRD";
}
/** Of the set. */
type Details = Two /* no doc comment */ | Three | { readonly code: "FOURTH" };
`);
    assert.deepEqual(
      codes.map(({ code, meaning }) => [code, meaning]),
      [
        ["FIRST", "Of the interface."],
        ["SECOND", "Of the interface."],
        ["THIRD", "Of the field."],
        ["FOURTH", undefined],
      ],
    );
  });

  it("are refused where they cannot be read, with the place", () => {
    assert.throws(
      () => read("type Other = 1;"),
      "offchain/some.ts declares no union or list of codes Details.",
    );
    assert.throws(
      () => read("type Details =\n  | Elsewhere;"),
      "offchain/some.ts:2: Elsewhere is not a code",
    );
    assert.throws(() => read("const Details = [\n  1];"), "offchain/some.ts:2: 1 is not a code");
    assert.throws(
      () => read("interface One {\n  readonly door: string;\n}\ntype Details = One;"),
      "offchain/some.ts:1: these details have no code",
    );
  });
});
