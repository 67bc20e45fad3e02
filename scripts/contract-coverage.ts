/**
 * `npm run coverage:contracts`: runs the Solidity tests with coverage and fails where a contract or library has a
 * line or a statement that no test reaches. Only the printed report has statements, so that is what is parsed.
 */
import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";

/** A row of the report: file, share of lines, share of statements. */
const ROW = /^║ (contracts\/\S+\.sol)\s+│ ([\d.]+|-)\s+│ ([\d.]+|-)\s+│/;
const ALL = "100.00";
/** The contracts that the report must list, so that a missing report cannot pass. */
const REQUIRED = [
  "contracts/LucidAnchors.sol",
  "contracts/LucidCheckpoints.sol",
  "contracts/LucidChunkStore.sol",
  "contracts/payouts/PayoutLedger.sol",
  "contracts/payouts/PayoutRouter.sol",
  "contracts/payouts/PayoutRouterKYC.sol",
  "contracts/payouts/PayoutRouterV0.sol",
];

const tests = spawn("npx", ["hardhat", "test", "solidity", "--coverage"], {
  stdio: ["ignore", "pipe", "inherit"],
});
const exitCode = new Promise<number>((resolve, reject) => {
  tests.once("error", reject);
  tests.once("close", (code) => resolve(code ?? 1));
});

const seen = new Set<string>();
const lacking: string[] = [];
for await (const line of createInterface({ input: tests.stdout })) {
  console.log(line);
  const [, file, lines, statements] = ROW.exec(line) ?? [];
  if (file === undefined) continue;
  seen.add(file);
  if (lines !== ALL || statements !== ALL) {
    lacking.push(`${file}: ${lines} % of lines, ${statements} % of statements`);
  }
}
const testsExitCode = await exitCode;
// The instrumented build has overwritten the bindings, which carry bytecode.
spawnSync("npx", ["hardhat", "build", "--quiet", "--no-tests"], { stdio: "inherit" });
if (testsExitCode !== 0) throw new Error("the Solidity tests failed, so their coverage is meaningless");
for (const file of REQUIRED) if (!seen.has(file)) lacking.push(`${file}: not in the report`);
if (lacking.length > 0) {
  console.error(`coverage below 100 %:\n${lacking.join("\n")}`);
  process.exitCode = 1;
}
