/**
 * `npm test` and `npm run test:long`: runs every check in turn, prints its output, and ends with the number of tests
 * that passed, failed and were skipped. Continues after a failure, so that one run shows all; exit code 1 if any failed.
 *
 * Plain JavaScript without imports of packages: the packages may not be installed yet when it starts.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Rounds of the crash and fault tests in the long run. */
const LONG_ROUNDS = "100";

const INSTALLS = ["bootstrap", "install-mongodb-for-tests", "install-geth-for-tests"].map(
  (script) => `node scripts/${script}.mjs`,
);
const CHECKS = ["npm run --silent lint", "hardhat test mocha", "npm run --silent test:contracts"];
const LONG_CHECKS = ["hardhat test mocha"];

/** The summary lines of Mocha and of Hardhat's Solidity runner. */
const COUNT = /^\s*(\d+) (passing|failing|pending)\b/;

const isLong = process.argv.includes("--long");
const env = {
  ...process.env,
  ...(isLong && { LUCID_FAULT_ROUNDS: LONG_ROUNDS }),
  // Otherwise there would be no colours, because the output is piped.
  ...(process.stdout.isTTY && { FORCE_COLOR: "1" }),
};
const total = { passing: 0, failing: 0, pending: 0 };

/** Runs a command, shows what it prints, and adds up what Mocha and Hardhat's Solidity runner count in it. */
async function run(command) {
  const child = spawn(command, { cwd: ROOT, env, shell: true, stdio: ["ignore", "pipe", "inherit"] });
  let line = "";
  child.stdout.on("data", (data) => {
    process.stdout.write(data);
    const lines = (line + data).split("\n");
    line = lines.pop() ?? "";
    for (const one of lines) count(one);
  });
  const code = await new Promise((resolve) => child.once("close", resolve));
  count(line);
  return code;
}

function count(line) {
  const [, number, kind] = COUNT.exec(stripVTControlCharacters(line)) ?? [];
  if (number !== undefined) total[kind] += Number(number);
}

for (const command of INSTALLS) {
  if ((await run(command)) !== 0) process.exit(1);
}
const failed = [];
for (const command of isLong ? LONG_CHECKS : CHECKS) {
  const before = total.failing;
  // A lint or a build that fails is a failure too, though it counts no test.
  if ((await run(command)) !== 0) {
    failed.push(command);
    if (total.failing === before) total.failing += 1;
  }
}
if (total.passing === 0) total.failing += 1;
for (const command of failed) console.log(`failed: ${command}`);
const { passing, failing, pending } = total;
console.log(`${passing} passed, ${failing} failed${pending > 0 ? `, ${pending} skipped` : ""}`);
process.exitCode = failing > 0 ? 1 : 0;
