import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { assert } from "chai";

const ROOT = resolve(import.meta.dirname, "../..");

/**
 * Codes of the closed unions in the layers' error files. The compiler requires a case for each member of a union,
 * wherever that is declared.
 */
function codesOfErrors(): string[] {
  const files = readdirSync(join(ROOT, "offchain"), { recursive: true, encoding: "utf8" }).filter((file) =>
    /(^|\/)errors\.ts$/.test(file),
  );
  return files.flatMap((file) => {
    const source = readFileSync(join(ROOT, "offchain", file), "utf8");
    return [...source.matchAll(/case "([A-Z][A-Z_]+)":/g)].map(([, code]) => code as string);
  });
}

/** Codes that have a row of their own in the catalogue. */
function codesOfCatalogue(): string[] {
  const catalogue = readFileSync(join(ROOT, "docs/errors.md"), "utf8");
  return [...catalogue.matchAll(/^\| `([A-Z][A-Z_]+)` \|/gm)].map(([, code]) => code as string);
}

/** What tests assert: their sources, the suites of both engines, and the golden vectors. */
function textOfTests(): string {
  const files = readdirSync(join(ROOT, "test"), { recursive: true, encoding: "utf8" }).filter((file) =>
    /\.test\.ts$|^integration\/store\/[a-z-]+-suite\.ts$|^vectors\/[^/]+\.json$/.test(file),
  );
  return files.map((file) => readFileSync(join(ROOT, "test", file), "utf8")).join("\n");
}

describe("the catalogue of errors", () => {
  it("has a row for every code, and none for a code that is gone", () => {
    const codes = codesOfErrors();
    assert.isAbove(codes.length, 50, "the codes are found");
    assert.deepEqual(codesOfCatalogue().sort(), [...codes].sort());
  });

  it("has each code once, across all layers", () => {
    const codes = codesOfErrors();
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
