import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { assert } from "chai";
import { ERRORS_PAGE, readCodePages } from "../../scripts/code-tables/code-pages.ts";

const ROOT = resolve(import.meta.dirname, "../..");

/** Codes of all errors; `npm run lint:codes` refuses a class of errors that the catalogue leaves out. */
function codesOfErrors(): string[] {
  const catalogue = readCodePages(ROOT).find(({ path }) => path === ERRORS_PAGE);
  return (catalogue?.tables ?? []).flatMap(({ codes }) => codes.map(({ code }) => code));
}

/** What tests assert: their sources, the suites of both engines, and the golden vectors. */
function textOfTests(): string {
  const files = readdirSync(join(ROOT, "test"), { recursive: true, encoding: "utf8" }).filter((file) =>
    /\.test\.ts$|^integration\/store\/[a-z-]+-suite\.ts$|^vectors\/[^/]+\.json$/.test(file),
  );
  return files.map((file) => readFileSync(join(ROOT, "test", file), "utf8")).join("\n");
}

describe("the catalogue of errors", () => {
  it("has each code once, across all layers", () => {
    const codes = codesOfErrors();
    assert.isAbove(codes.length, 200, "the codes are found");
    assert.deepEqual([...new Set(codes)].sort(), [...codes].sort());
  });

  it("has no code that no test names", () => {
    const named = new Set(textOfTests().match(/\b[A-Z][A-Z_]+\b/g));
    assert.deepEqual(
      codesOfErrors().filter((code) => !named.has(code)),
      [],
    );
  });
});
