import { assert } from "chai";
import fc from "fast-check";
import { formatTable, PagedTable } from "../../tasks/table.ts";

const TXID = `0x${"0123456789abcdef".repeat(4)}`;
const ROW = {
  session: "0d4f4f4e-3ed5-4b3b-94a1-9a0b1b5f0f1c",
  chunks: 1,
  mode: "single",
  transaction: TXID,
  gas: 53509,
  verified: true,
};

describe("tables", () => {
  it("are whole where no width is given, as when they are piped", () => {
    const [head, line] = formatTable([ROW]);
    assert.match(head ?? "", /^session +chunks +mode +transaction +gas +verified$/);
    assert.include(line, ROW.session);
    assert.include(line, TXID);
    assert.match(line ?? "", /yes$/);
  });

  it("shorten identifiers in the middle where they would not fit 80 columns", () => {
    const lines = formatTable([ROW], 80);
    for (const line of lines) assert.isAtMost(line.length, 80, line);
    assert.include(lines[1], "0d4f4f4e…0f1c");
    assert.include(lines[1], "0x012345…cdef");
  });

  it("shorten TRON's addresses and transactions in the same way", () => {
    const router = "TFbe44dnT6GExVAWbu1E8qVXoPeVG8Yre5";
    const txid = TXID.slice(2);
    const [, line = ""] = formatTable([{ router, root: TXID, payments: 1, txid }], 80);
    assert.equal(line, "TFbe44dn…Yre5  0x012345…cdef  1         01234567…cdef");
  });

  it("leave identifiers whole where they fit", () => {
    const [, line] = formatTable([{ session: ROW.session, status: "sealed" }], 80);
    assert.include(line, ROW.session);
  });

  it("cut long texts after that, and say so", () => {
    const lines = formatTable([{ ...ROW, error: "a long reason ".repeat(20) }], 80);
    for (const line of lines) assert.isAtMost(line.length, 80, line);
    assert.match(lines[1] ?? "", /…$/);
  });

  it("show what is absent as a dash", () => {
    assert.deepEqual(formatTable([{ a: undefined, b: null, c: "" }]), ["a  b  c", "-  -"]);
  });

  it("fit any width that leaves room for their columns, with a line for each row", () => {
    const cell = fc.oneof(fc.string({ maxLength: 60 }), fc.integer(), fc.boolean(), fc.constant(TXID));
    const rows = fc.array(fc.record({ a: cell, b: cell, c: cell, d: cell }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(rows, fc.integer({ min: 70, max: 200 }), (table, width) => {
        const lines = formatTable(table, width);
        assert.lengthOf(lines, table.length + 1);
        for (const line of lines) assert.isAtMost(line.length, width);
      }),
    );
  });

  it("in pages have one head where they are piped, and columns that do not get narrower", () => {
    const table = new PagedTable();
    assert.deepEqual(table.next([{ a: "long text", b: 1 }]), ["a          b", "long text  1"]);
    assert.deepEqual(table.next([{ a: "text", b: 22 }]), ["text       22"]);
    assert.deepEqual(table.next([]), []);
    assert.deepEqual(table.next([{ a: "even longer text", b: 3 }]), ["even longer text  3"]);
  });

  it("in pages fit the terminal, each page by itself", () => {
    const table = new PagedTable(80);
    for (const error of ["a long reason ".repeat(20), "short"]) {
      assert.deepEqual(table.next([{ ...ROW, error }]), formatTable([{ ...ROW, error }], 80));
    }
  });

  it("of no rows are nothing", () => {
    assert.deepEqual(formatTable([], 80), []);
  });
});
