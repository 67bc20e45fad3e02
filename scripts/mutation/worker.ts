/** Runs test files on mutants in one scratch folder. It is a separate process, because the runner prints to stdout. */
import { resolve } from "node:path";
import { toBeHex } from "ethers";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import { type Answer, EXHAUSTED_EXIT_CODE, type Question } from "./questions.ts";

const MEMORY_LIMIT_BYTES = 4 * 2 ** 30;
const MEMORY_CHECK_MS = 100;
const ADDRESS_BYTES = 20;

const [folder = ""] = process.argv.slice(2);
process.chdir(folder);
const { default: config } = await import(resolve("hardhat.config.ts"));
const hre = await createHardhatRuntimeEnvironment(config, {}, resolve("."));
// The instrumented contracts read the mutant's number from the block's coinbase: of what the runner lets one set, it is
// what no test looks at.
const settings = hre.config.test.solidity.profiles.default as { coinbase?: string };

async function passes({ mutant, testFile }: Question): Promise<boolean> {
  settings.coinbase = toBeHex(mutant, ADDRESS_BYTES);
  const task = hre.tasks.getTask(["test", "solidity"]);
  const result = (await task.run({ testFiles: [testFile], noCompile: true })) as { success: boolean };
  return result.success;
}

await hre.tasks.getTask("build").run({ quiet: true });
// The runner traces each step of a failed test; of a test that never ends that is more than any machine holds.
setInterval(() => {
  if (process.memoryUsage.rss() > MEMORY_LIMIT_BYTES) process.exit(EXHAUSTED_EXIT_CODE);
}, MEMORY_CHECK_MS);
const say = (answer: Answer) => process.send?.(answer);
process.on("message", (question: Question) => {
  passes(question).then(
    (passed) => say({ passed }),
    (error: unknown) => say({ error: String(error) }),
  );
});
say({ isReady: true });
