/**
 * `npm run test:mutation [-- --jobs N] [--only TEXT]`: changes one thing in a contract or library at a time, and
 * fails where the Solidity tests do not notice and survivors.json gives no reason. A run that was stopped can be continued.
 */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { instrument } from "./instrument.ts";
import { mutantsOf } from "./mutants.ts";
import { type Outcome, Results } from "./results.ts";
import { makeScratch } from "./scratch.ts";
import { parseSources } from "./solidity-ast.ts";
import { TEST_FILES, testFilesFor } from "./test-order.ts";
import { Tester } from "./tester.ts";

const PATHS = [
  "contracts/LucidAnchors.sol",
  "contracts/LucidCheckpoints.sol",
  "contracts/LucidChunkStore.sol",
  ...globSync("contracts/libraries/*.sol").sort(),
  ...globSync(["contracts/payouts/*.sol", "contracts/payouts/libraries/*.sol"]).sort(),
];
const WORK = "cache/mutation";
/** The number under which no mutant is switched on. */
const NONE = 0;

const { values } = parseArgs({
  options: { jobs: { type: "string", default: "1" }, only: { type: "string", default: "" } },
});
const reasons: Record<string, string> = JSON.parse(
  readFileSync(join(import.meta.dirname, "survivors.json"), "utf8"),
);
const results = new Results(join(WORK, "results.json"));

const asts = parseSources(PATHS);
const sources = PATHS.map((path) => {
  const source = readFileSync(path, "utf8");
  return { path, source, mutants: mutantsOf(path, source, asts.get(path)) };
});
const numbers = new Map(sources.flatMap(({ mutants }) => mutants).map((mutant, i) => [mutant, i + 1]));
const mutants = [...numbers.keys()].filter(({ name }) => name.includes(values.only));
const queue = mutants.filter((mutant) => results.get(mutant) === undefined);
console.log(`${mutants.length} mutants, ${mutants.length - queue.length} of them known from an earlier run`);
if (queue.length > 0) await tryAll();
process.exitCode = report();

async function tryAll(): Promise<void> {
  const instrumented = new Map(
    sources.map(({ path, source, mutants }) => {
      const own = new Map(mutants.map((mutant) => [mutant, numbers.get(mutant) ?? NONE]));
      return [path, instrument(source, asts.get(path), own)];
    }),
  );
  const folder = join(WORK, "scratch");
  makeScratch(folder, instrumented);
  // The first one builds; the others find what it built.
  const first = await Tester.start(folder);
  for (const testFile of TEST_FILES) {
    if (await first.passes({ mutant: NONE, testFile })) continue;
    throw new Error(`${testFile} fails without any change, so no kill would mean anything`);
  }
  const others = Array.from({ length: Number(values.jobs) - 1 }, () => Tester.start(folder));
  const testers = [first, ...(await Promise.all(others))];
  await Promise.all(testers.map(work));
  for (const tester of testers) tester.stop();
}

async function work(tester: Tester): Promise<void> {
  for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
    let outcome: Outcome = { kind: "survived" };
    for (const testFile of testFilesFor(mutant)) {
      if (await tester.passes({ mutant: numbers.get(mutant) ?? NONE, testFile })) continue;
      outcome = { kind: "killed", by: testFile };
      break;
    }
    results.put(mutant, outcome);
    console.log(`${outcome.kind === "killed" ? `killed by ${outcome.by}` : "SURVIVED"}  ${mutant.name}`);
  }
}

/** Prints what came of it; 1 where somebody has to act. */
function report(): number {
  const survivors = mutants.filter((mutant) => results.get(mutant)?.kind === "survived");
  const unexplained = survivors.filter(({ name }) => reasons[name] === undefined);
  const idle = Object.keys(reasons).filter(
    (name) => name.includes(values.only) && !survivors.some((mutant) => mutant.name === name),
  );
  console.log(
    `${mutants.length - survivors.length} killed, ${survivors.length} survived, ` +
      `${unexplained.length} of them without a reason`,
  );
  for (const { path, line, name } of unexplained) console.error(`no test notices  ${path}:${line}  ${name}`);
  for (const name of idle) console.error(`survivors.json explains what does not survive: ${name}`);
  return unexplained.length + idle.length > 0 ? 1 : 0;
}
