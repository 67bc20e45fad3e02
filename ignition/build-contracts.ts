import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

/**
 * Builds the contracts where that is due.
 *
 * Hardhat writes its cache by way of one temporary file: of two processes that build at once, one may find that the other has
 * moved it already. What it holds is the same, so the build is done again.
 */
export async function buildContracts(hre: HardhatRuntimeEnvironment): Promise<void> {
  const build = async () => await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
  try {
    await build();
  } catch (error) {
    if (!isCacheMoved(error)) throw error;
    await build();
  }
}

const isCacheMoved = (error: unknown) =>
  error instanceof Error && error.message.includes("compile-cache.json.tmp");
