import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { assert } from "chai";
import { AUDIT_CODES } from "../../offchain/audit/codes.ts";

const ROOT = resolve(import.meta.dirname, "../..");

describe("the codes of an audit's findings", () => {
  it("are each once in the set", () => {
    assert.deepEqual([...new Set(AUDIT_CODES)], [...AUDIT_CODES]);
  });

  it("are all found by some test", () => {
    const folders = ["support", "integration/audit", "unit/audit"].map((folder) =>
      join(ROOT, "test", folder),
    );
    const files = folders.flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)));
    const named = new Set(
      files
        .filter((file) => /(planted-faults|\.test)\.ts$/.test(file))
        .flatMap((file) => readFileSync(file, "utf8").match(/\b[A-Z][A-Z_]+\b/g) ?? []),
    );
    assert.deepEqual(
      AUDIT_CODES.filter((code) => !named.has(code)),
      [],
    );
  });
});
