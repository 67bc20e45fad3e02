import { spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Mutant } from "./mutants.ts";

/** What came of running the tests on a mutant. */
export type Outcome =
  | { readonly kind: "killed"; readonly by: string }
  | { readonly kind: "survived" }
  | { readonly kind: "does not compile" };

/** A mutant that runs longer hangs in a loop, and a test that hangs does not pass. */
const TIMEOUT_MS = 180_000;
/** The runner's last word before the first test. */
const TESTS_STARTED = "Running Solidity tests";

/**
 * No optimizer: a mutant's meaning is what counts, and it compiles in half the time. Contracts are read
 * through the tests alone, or each would be compiled twice. Fewer runs than the tests have, for the same reason: what
 * survives them is found by a named test, not by luck.
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
    fuzz: { seed: "0x6c75636964", runs: 64 },
    invariant: { runs: 2, depth: 100, failOnRevert: true },
    fsPermissions: { readFile: ["test/vectors/anchoring.json"] },
  } },
});
`;

/** A copy of contracts and tests in which one mutant at a time is tried. */
export class Scratch {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(join(folder, "none"), { recursive: true });
    for (const part of ["contracts", "test/solidity", "test/vectors"]) {
      cpSync(part, join(folder, part), { recursive: true });
    }
    symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
    writeFileSync(join(folder, "hardhat.config.ts"), CONFIG);
  }

  /** Runs test files one after the other until one fails. */
  async try(mutant: Mutant, testFiles: readonly string[]): Promise<Outcome> {
    const file = join(this.#folder, mutant.path);
    const original = readFileSync(file, "utf8");
    writeFileSync(file, mutant.source);
    try {
      for (const testFile of testFiles) {
        const { passed, output } = await this.#run(testFile);
        if (passed) continue;
        return output.includes(TESTS_STARTED)
          ? { kind: "killed", by: testFile }
          : { kind: "does not compile" };
      }
      return { kind: "survived" };
    } finally {
      writeFileSync(file, original);
    }
  }

  /** Whether all tests pass on the contracts as they are: without that, no kill would mean anything. */
  async passes(testFiles: readonly string[]): Promise<boolean> {
    for (const testFile of testFiles) if (!(await this.#run(testFile)).passed) return false;
    return true;
  }

  #run(testFile: string): Promise<{ passed: boolean; output: string }> {
    return new Promise((done, reject) => {
      const cli = resolve("node_modules/hardhat/dist/src/cli.js");
      const tests = spawn(process.execPath, [cli, "test", "solidity", testFile], {
        cwd: this.#folder,
        stdio: ["ignore", "pipe", "pipe"],
        timeout: TIMEOUT_MS,
        killSignal: "SIGKILL",
      });
      let output = "";
      tests.stdout.on("data", (text) => {
        output += text;
      });
      tests.stderr.on("data", (text) => {
        output += text;
      });
      tests.once("error", reject);
      tests.once("close", (code) => done({ passed: code === 0, output }));
    });
  }
}
