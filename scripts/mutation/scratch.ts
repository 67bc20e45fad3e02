import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

/**
 * No optimizer: a mutant's meaning is what counts. Contracts are read through the tests alone, or each would be
 * compiled twice. Fewer fuzz runs than the tests have otherwise: what survives them is to be found by a named test,
 * not by luck. Little gas, so that an endless loop ends before its trace has filled the memory.
 */
const CONFIG = `
import { createRequire } from "node:module";
import { defineConfig } from "hardhat/config";
const path = createRequire(import.meta.url).resolve("solc/soljson.js");
const settings = { evmVersion: "cancun", viaIR: true, optimizer: { enabled: false } };
export default defineConfig({
  solidity: { version: "0.8.34", path, settings },
  paths: { sources: "none", tests: { solidity: "test/solidity" } },
  test: { solidity: {
    gasLimit: 100_000_000n,
    fuzz: { seed: "0x6c75636964", runs: 64 },
    invariant: { runs: 2, depth: 100, failOnRevert: true },
    fsPermissions: { readFile: ["test/vectors/anchoring.json"] },
  } },
});
`;

/** A copy of contracts and tests with these sources in place of their own. */
export function makeScratch(folder: string, sources: ReadonlyMap<string, string>): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "none"), { recursive: true });
  for (const part of ["contracts", "test/solidity", "test/vectors"]) {
    cpSync(part, join(folder, part), { recursive: true });
  }
  for (const [path, source] of sources) writeFileSync(join(folder, path), source);
  makeImpure(join(folder, "test/solidity"));
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  writeFileSync(join(folder, "hardhat.config.ts"), CONFIG);
}

/** What calls an instrumented function reads the block too. */
function makeImpure(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(".sol")) continue;
    const file = join(entry.parentPath, entry.name);
    writeFileSync(file, readFileSync(file, "utf8").replaceAll(/\bpure\b/g, "view"));
  }
}
