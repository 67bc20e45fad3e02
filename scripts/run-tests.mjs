/**
 * `npm test` and `npm run test:long`: runs every check, prints its output, and ends with the number of tests
 * that passed, failed and were skipped. Continues after a failure, so that one run shows all; exit code 1 if any failed.
 *
 * Plain JavaScript without imports of packages: the packages may not be installed yet when it starts.
 */
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Rounds of the crash and fault tests in the long run. */
const LONG_ROUNDS = "100";

const INSTALLS = [
  "bootstrap",
  "install-mongodb-for-tests",
  "install-geth-for-tests",
  "install-prometheus-for-tests",
  "install-chromium-for-tests",
].map((script) => `node scripts/${script}.mjs`);
/** Nodes that have a few seconds to take a slot: what runs beside them leaves them the processor. */
const TIMED = "test/integration/consensus/cluster.test.ts";
/** Before a command, for all that it starts. */
const LOW_PRIORITY = process.platform === "win32" ? "" : "nice -n 19 ";
/** Folders whose tests run side by side, and beside the others: most wait for a chain, a slot or a process. */
const LANES = [
  ["test/integration/consensus/"],
  ["test/integration/evm/"],
  ["test/integration/store/", "test/property/", "test/unit/"],
  [
    "test/integration/audit/",
    "test/integration/monitoring/",
    "test/integration/payouts/",
    "test/integration/tron/",
  ],
];
const TESTS = testFiles();
/**
 * In turn; those of one list side by side, of which those that are not timed have a lower priority. The bindings are
 * checked by building them, and the contracts' tests are built too, so nothing that reads them runs beside that. Together
 * these are `npm run lint` and all tests.
 */
const CHECKS = [
  [{ command: "npm run --silent lint:bindings" }],
  [
    { command: "npm run --silent lint:text" },
    { command: "npm run --silent test:contracts" },
    { command: "npm run --silent lint:types" },
  ],
  [{ command: mocha([TIMED]), isTimed: true }, ...lanes().map((files) => ({ command: mocha(files) }))],
];
const LONG_CHECKS = [[{ command: "hardhat test mocha", isTimed: true }]];

/** The files of each lane, and the others together. */
function lanes() {
  const laneOf = (file) => LANES.findIndex((folders) => folders.some((folder) => file.startsWith(folder)));
  const files = TESTS.filter((file) => file !== TIMED);
  return [...LANES.keys(), -1].map((lane) => files.filter((file) => laneOf(file) === lane));
}

function testFiles() {
  return readdirSync(join(ROOT, "test"), { recursive: true })
    .map((file) => `test/${file.replaceAll("\\", "/")}`)
    .filter((file) => file.endsWith(".test.ts"))
    .sort();
}

function mocha(files) {
  return `hardhat test mocha --no-compile ${files.join(" ")}`;
}

/** The summary lines of Mocha and of Hardhat's Solidity runner. */
const COUNT = /^\s*(\d+) (passing|failing|pending)\b/;

/** Of a command that failed; those of mocha name every file. */
const MAX_SHOWN = 80;

const isLong = process.argv.includes("--long");
const env = {
  ...process.env,
  ...(isLong && { LUCID_FAULT_ROUNDS: LONG_ROUNDS }),
  // Otherwise there would be no colours, because the output is piped.
  ...(process.stdout.isTTY && { FORCE_COLOR: "1" }),
};
const total = { passing: 0, failing: 0, pending: 0 };

/**
 * Runs a command, shows what it prints, and adds up what Mocha and Hardhat's Solidity runner count in it.
 *
 * @param turn what it prints is held back until then
 */
async function run(command, turn = Promise.resolve()) {
  const child = spawn(command, { cwd: ROOT, env, shell: true, stdio: ["ignore", "pipe", "pipe"] });
  let held = "";
  let show = (text) => {
    held += text;
  };
  turn.then(() => {
    process.stdout.write(held);
    show = (text) => process.stdout.write(text);
  });
  let line = "";
  child.stderr.on("data", (data) => show(data));
  child.stdout.on("data", (data) => {
    show(data);
    const lines = (line + data).split("\n");
    line = lines.pop() ?? "";
    for (const one of lines) count(one);
  });
  const code = await new Promise((resolve) => child.once("close", resolve));
  count(line);
  await turn;
  return code;
}

/** Side by side, the output of one after that of the other. @returns the commands that failed */
async function runBeside(checks) {
  const failed = [];
  let turn = Promise.resolve();
  const hasTimed = checks.some(({ isTimed }) => isTimed);
  for (const { command, isTimed } of checks) {
    turn = run(hasTimed && !isTimed ? LOW_PRIORITY + command : command, turn).then((code) => {
      if (code !== 0) failed.push(command);
    });
  }
  await turn;
  return failed;
}

function count(line) {
  const [, number, kind] = COUNT.exec(stripVTControlCharacters(line)) ?? [];
  if (number !== undefined) total[kind] += Number(number);
}

for (const command of INSTALLS) {
  if ((await run(command)) !== 0) process.exit(1);
}
const failed = [];
for (const checks of isLong ? LONG_CHECKS : CHECKS) {
  const before = total.failing;
  const ended = await runBeside(checks);
  // A lint or a build that fails is a failure too, though it counts no test.
  if (ended.length > 0 && total.failing === before) total.failing += 1;
  failed.push(...ended);
}
if (total.passing === 0) total.failing += 1;
for (const command of failed) console.log(`failed: ${command.slice(0, MAX_SHOWN)}`);
const { passing, failing, pending } = total;
console.log(`${passing} passed, ${failing} failed${pending > 0 ? `, ${pending} skipped` : ""}`);
process.exitCode = failing > 0 ? 1 : 0;
