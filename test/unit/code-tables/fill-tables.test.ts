import { assert } from "chai";
import { fillTables } from "../../../scripts/code-tables/fill-tables.ts";
import type { DocumentedCode } from "../../../scripts/code-tables/read-codes.ts";

const SECOND: DocumentedCode = {
  code: "SECOND",
  place: "offchain/some.ts:1",
  meaning: "Either a|b or c.",
  remedy: "See docs/some.md, not `docs/some.md`.",
};
const FIRST: DocumentedCode = {
  code: "FIRST",
  place: "offchain/some.ts:2",
  meaning: "The first.",
  remedy: undefined,
};
const COMPLETE = { ...FIRST, remedy: "Nothing." };

const WITH_REMEDY = "| code | why | how to solve |\n|---|---|---|\n";
const WITHOUT_REMEDY = "| code | what was found |\n|---|---|\n";

function page(head: string, rows = "", order = ""): string {
  const from = "from Details in offchain/some.ts";
  return `# Title\n\nBefore.\n\n<!-- npm run docs:codes writes this table${order} ${from}. -->\n${head}${rows}<!-- End of the table. -->\n\n| other | table |\n|---|---|\n| a | b |\n`;
}

const fill = (text: string, codes: readonly DocumentedCode[]) => fillTables(text, () => codes);

describe("tables of codes in a page", () => {
  it("get a row for each code, with pipes escaped and pages linked; the rest of the page stays", () => {
    const rows =
      "| `SECOND` | Either a\\|b or c. | See [some.md](some.md), not `docs/some.md`. |\n| `FIRST` | The first. | Nothing. |\n";
    for (const before of ["", "| `OLD` | Gone. | Nothing. |\n", rows]) {
      const { text, faults } = fill(page(WITH_REMEDY, before), [SECOND, COMPLETE]);
      assert.equal(text, page(WITH_REMEDY, rows));
      assert.deepEqual(faults, []);
    }
  });

  it("are sorted by code where they say so, else in the order of the declaration", () => {
    const codesIn = (order: string) => {
      const { text } = fill(page(WITH_REMEDY, "", order), [SECOND, COMPLETE]);
      return [...text.matchAll(/^\| `(\w+)`/gm)].map(([, code]) => code);
    };
    assert.deepEqual(codesIn(", sorted by code,"), ["FIRST", "SECOND"]);
    assert.deepEqual(codesIn(""), ["SECOND", "FIRST"]);
  });

  it("name what they show, and read it from there", () => {
    const asked: string[][] = [];
    const { tables } = fillTables(page(WITHOUT_REMEDY), (...of) => {
      asked.push(of);
      return [FIRST];
    });
    assert.deepEqual(asked, [["offchain/some.ts", "Details"]]);
    assert.deepEqual(tables, [{ name: "Details", file: "offchain/some.ts", codes: [FIRST] }]);
  });

  it("refuse a code without a comment, without its remedy, or with one that no column shows", () => {
    const faultsOf = (head: string, code: DocumentedCode) => fill(page(head), [code]).faults;
    assert.deepEqual(faultsOf(WITH_REMEDY, { ...COMPLETE, meaning: undefined }), [
      "offchain/some.ts:2: FIRST has no comment that says what it means.",
    ]);
    assert.deepEqual(faultsOf(WITH_REMEDY, FIRST), [
      "offchain/some.ts:2: FIRST has no @remedy that says what to do.",
    ]);
    assert.deepEqual(faultsOf(WITHOUT_REMEDY, COMPLETE), [
      "offchain/some.ts:2: FIRST has a @remedy, but its table has no third column to show it.",
    ]);
    assert.deepEqual(faultsOf(WITHOUT_REMEDY, FIRST), []);
  });
});
