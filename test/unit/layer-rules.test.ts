import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { assert } from "chai";

const ROOT = resolve(import.meta.dirname, "../..");
const CRUISER = join(ROOT, "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs");

/** An import that must not be, and the rule that says so. */
const FORBIDDEN = [
  ["offchain/monitoring/a.ts", "offchain/sessions/b.ts", "monitoring-imports-only-downwards"],
  ["offchain/sessions/a.ts", "offchain/store/b.ts", "sessions-imports-only-downwards"],
  ["offchain/store/a.ts", "offchain/evm/b.ts", "store-imports-only-downwards"],
  ["offchain/evm/a.ts", "offchain/contracts/b.ts", "evm-imports-only-downwards"],
  ["offchain/contracts/a.ts", "offchain/anchoring/b.ts", "contracts-imports-only-downwards"],
  ["offchain/anchoring/a.ts", "offchain/consensus/b.ts", "anchoring-imports-only-downwards"],
  ["offchain/consensus/a.ts", "offchain/payouts/b.ts", "payouts-are-apart"],
  ["offchain/payouts/a.ts", "offchain/audit/b.ts", "payouts-imports-only-downwards"],
  ["offchain/audit/d.ts", "offchain/operation/b.ts", "audit-imports-only-downwards"],
  ["offchain/logger.ts", "offchain/sessions/b.ts", "base-imports-no-layer"],
  ["offchain/config/a.ts", "offchain/store/b.ts", "base-imports-no-layer"],
  ["offchain/payouts/c.ts", "offchain/consensus/b.ts", "payouts-take-only-types-from-consensus"],
  ["offchain/audit/a.ts", "tasks/b.ts", "offchain-imports-no-task"],
  ["offchain/audit/c.ts", "scripts/b.ts", "devnet-and-scripts-serve-tests-and-tasks"],
  ["scripts/c.ts", "test/b.ts", "scripts-and-devnet-import-no-test"],
  ["offchain/anchoring/c.ts", "web/b.ts", "pages-come-last"],
  ["web/a.ts", "tasks/b.ts", "pages-import-offchain-alone"],
  ["offchain/evm/c.ts", "node_modules/tronweb/index.js", "tronweb-has-one-door"],
] as const;

describe("the rules of the layers", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "lucid-layers-"));
    for (const file of ["tsconfig.json", ".dependency-cruiser.cjs"])
      symlinkSync(join(ROOT, file), join(folder, file));
    write("offchain/errors.ts", "export const ground = 1;\n");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }

  function writeImport(from: string, to: string): void {
    const specifier = relative(dirname(from), to);
    write(
      from,
      `import * as other from "${specifier.startsWith(".") ? specifier : `./${specifier}`}";\nconsole.log(other);\n`,
    );
  }

  /** `RULE: FROM → TO` of each violation. */
  function violations(): string[] {
    const { stdout, stderr } = spawnSync(process.execPath, [CRUISER, "--output-type", "json", "."], {
      cwd: folder,
      encoding: "utf8",
    });
    assert.match(stdout, /^\{/, `the tool did not run: ${stderr}`);
    const { summary } = JSON.parse(stdout) as {
      summary: { violations: { from: string; to: string; rule: { name: string } }[] };
    };
    return summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} → ${to}`);
  }

  it("accept imports that run downwards", () => {
    writeImport("offchain/sessions/a.ts", "offchain/errors.ts");
    writeImport("offchain/audit/a.ts", "offchain/sessions/a.ts");
    writeImport("tasks/a.ts", "offchain/audit/a.ts");
    write("offchain/consensus/tally.ts", "export interface Tally { readonly credits: number }\n");
    const typesAlone =
      'import type { Tally } from "../consensus/tally.ts";\nexport const empty: Tally = { credits: 0 };\n';
    write("offchain/payouts/distribution.ts", typesAlone);
    assert.deepEqual(violations(), []);
  });

  it("refuse every import that must not be", () => {
    for (const [from, to] of FORBIDDEN) {
      write(to, "export const value = 1;\n");
      writeImport(from, to);
    }
    const found = violations();
    for (const [from, to, rule] of FORBIDDEN) assert.include(found, `${rule}: ${from} → ${to}`);
  });
});
