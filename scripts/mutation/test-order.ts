import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import type { Mutant } from "./mutants.ts";

/** Gas is measured, not meaning: a mutant that only costs more is no fault. */
const NOT_ASKED = new Set(["test/solidity/GasSnapshots.t.sol"]);

const files = globSync("test/solidity/*.t.sol")
  .filter((file) => !NOT_ASKED.has(file))
  .sort()
  .map((file) => ({ file, text: readFileSync(file, "utf8") }));

/** Test files in the order in which they are likely to notice: first those whose tests name the function. */
export function testFilesFor(mutant?: Mutant): string[] {
  if (mutant === undefined) return files.map(({ file }) => file);
  const nearness = ({ text }: { text: string }) => {
    const namesFunction = mutant.functionName !== undefined && text.includes(`_${mutant.functionName}_`);
    const namesSource = text.includes(`${basename(mutant.path, ".sol")}`);
    return (namesFunction ? 2 : 0) + (namesSource ? 1 : 0);
  };
  return files.toSorted((a, b) => nearness(b) - nearness(a)).map(({ file }) => file);
}
