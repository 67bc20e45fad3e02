import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import type { Mutant } from "./mutants.ts";

/**
 * Gas tests are left out: a mutant that only costs more is not a fault. The golden vectors are read from a large
 * file over and over, which takes more time and gas than all the rest; what they hold, named tests hold too.
 */
const NOT_ASKED = new Set([
  "test/solidity/GasSnapshots.t.sol",
  "test/solidity/GoldenVectors.t.sol",
  "test/solidity/payouts/PayoutGasSnapshots.t.sol",
]);

const files = globSync("test/solidity/**/*.t.sol")
  .filter((file) => !NOT_ASKED.has(file))
  .sort()
  .map((file) => ({ file, text: readFileSync(file, "utf8") }));

/** All test files that are asked. */
export const TEST_FILES = files.map(({ file }) => file);

/** Test files in the order in which they are likely to notice: first those whose tests name the function. */
export function testFilesFor({ definition, path }: Mutant): string[] {
  const nearness = ({ text }: { text: string }) => {
    const namesFunction = definition !== "" && text.includes(`_${definition}_`);
    return (namesFunction ? 2 : 0) + (text.includes(basename(path, ".sol")) ? 1 : 0);
  };
  return files.toSorted((a, b) => nearness(b) - nearness(a)).map(({ file }) => file);
}
