/**
 * `npm run test:mutation [-- --jobs N] [--only TEXT]`: changes one thing in a contract or library at a time, and
 * fails where the Solidity tests do not notice and survivors.json gives no reason. A run that was stopped goes on.
 */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { mutantsOf } from "./mutants.ts";
import { Results } from "./results.ts";
import { type Outcome, Scratch } from "./scratch.ts";
import { testFilesFor } from "./test-order.ts";

const SOURCES = ["contracts/LucidAnchors.sol", "contracts/LucidChunkStore.sol"];
const WORK = "cache/mutation";

const { values } = parseArgs({
  options: { jobs: { type: "string", default: "1" }, only: { type: "string", default: "" } },
});
const sources = [...SOURCES, ...globSync("contracts/libraries/*.sol").sort()];
const mutants = mutantsOf(sources).filter(({ name }) => name.includes(values.only));
const reasons: Record<string, string> = JSON.parse(
  readFileSync(join(import.meta.dirname, "survivors.json"), "utf8"),
);
const results = new Results(join(WORK, "results.json"));

const queue = mutants.filter((mutant) => results.get(mutant) === undefined);
console.log(`${mutants.length} mutants, ${mutants.length - queue.length} of them known from an earlier run`);
if (queue.length > 0) {
  const copies = Array.from({ length: Number(values.jobs) }, (_, job) => new Scratch(`${WORK}/job-${job}`));
  if (!(await copies[0]?.passes(testFilesFor()))) throw new Error("the tests fail without any change");
  await Promise.all(copies.map(work));
}
process.exitCode = report();

async function work(scratch: Scratch): Promise<void> {
  for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
    const outcome = await scratch.try(mutant, testFilesFor(mutant));
    results.put(mutant, outcome);
    console.log(`${describe(outcome)}  ${mutant.path}:${mutant.line}  ${mutant.name}`);
  }
}

function describe(outcome: Outcome): string {
  return outcome.kind === "killed" ? `killed by ${outcome.by}` : outcome.kind;
}

/** Prints what came of it; 1 where somebody has to act. */
function report(): number {
  const ofKind = (kind: Outcome["kind"]) => mutants.filter((mutant) => results.get(mutant)?.kind === kind);
  const survivors = ofKind("survived");
  const unexplained = survivors.filter(({ name }) => reasons[name] === undefined);
  const idle = Object.keys(reasons).filter(
    (name) => name.includes(values.only) && !survivors.some((mutant) => mutant.name === name),
  );
  console.log(
    `${ofKind("killed").length} killed, ${survivors.length} survived (${unexplained.length} without a reason), ` +
      `${ofKind("does not compile").length} do not compile`,
  );
  for (const { path, line, name } of unexplained) console.error(`no test notices  ${path}:${line}  ${name}`);
  for (const name of idle) console.error(`survivors.json explains what does not survive: ${name}`);
  return unexplained.length + idle.length > 0 ? 1 : 0;
}
