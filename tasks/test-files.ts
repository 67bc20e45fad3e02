import { globSync } from "node:fs";
import { join } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { TaskArguments } from "hardhat/types/tasks";

/**
 * `npx hardhat test` without files runs `test/**\/*.test.ts`. Hardhat would load every TypeScript file below test/ as
 * a test, including the programs that tests start as separate processes.
 */
export default function runTestFiles(
  args: TaskArguments,
  { config }: HardhatRuntimeEnvironment,
  runSuper: (args: TaskArguments) => Promise<unknown>,
) {
  const named: string[] = args.testFiles;
  const testFiles =
    named.length > 0 ? named : globSync(join(config.paths.tests.mocha, "**/*.test.ts")).sort();
  return runSuper({ ...args, testFiles });
}
