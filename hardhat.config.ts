import { existsSync, globSync } from "node:fs";
import { createRequire } from "node:module";
import { loadEnvFile } from "node:process";
import toolbox from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { configVariable, defineConfig, overrideTask } from "hardhat/config";
import { HardhatPluginError } from "hardhat/plugins";
import { SettingsError } from "./offchain/config/errors.ts";
import { readSettings, type Settings } from "./offchain/config/settings.ts";
import lucid from "./tasks/plugin.ts";
import { failureJson } from "./tasks/run-task.ts";

if (existsSync(".env")) loadEnvFile(".env");

const require = createRequire(import.meta.url);
const settings = checkedSettings();

/** Arbitrary; another one only has to reach the invariants' states too. */
const FUZZ_SEED = "0x6c75636964";

/**
 * One compiler for every build: tests, deployments and gas figures are made from the same bytecode.
 * viaIR because the chunk store's functions are stack too deep without it.
 */
const compilerFor = (evmVersion: string) => ({
  version: "0.8.34",
  path: require.resolve("solc/soljson.js"),
  settings: {
    evmVersion,
    viaIR: true,
    optimizer: { enabled: true, runs: 1_000_000 },
  },
});

/** Tests take the contracts from their artifacts and contain none, so they need no optimizer, which takes minutes for them. */
const testCompiler = {
  version: "0.8.34",
  path: require.resolve("solc/soljson.js"),
  settings: { evmVersion: "cancun", optimizer: { enabled: false } },
};
const overriding = (pattern: string, compiler: typeof testCompiler) =>
  Object.fromEntries(globSync(pattern).map((path) => [path, compiler]));
const solidityProfile = {
  compilers: [compilerFor("cancun")],
  overrides: {
    // What runs on TRON: Cancun is behind a chain parameter there.
    ...overriding("contracts/payouts/**/*.sol", compilerFor("shanghai")),
    ...overriding("test/solidity/**/*.sol", testCompiler),
  },
};

export default defineConfig({
  // Ours first: it sorts what the toolbox's TypeChain is given.
  plugins: [lucid, toolbox],
  tasks: [
    overrideTask(["test", "mocha"])
      .setAction(() => import("./tasks/test-files.ts"))
      .build(),
  ],
  solidity: { profiles: { default: solidityProfile, production: solidityProfile } },
  paths: {
    tests: { solidity: "test/solidity", mocha: "test" },
    // Ignition keeps its journal under this folder: what `deploy` did is state, and state lives in one place.
    ignition: settings.dataDir,
  },
  // What serves measurements alone is not what the tests have to cover.
  coverage: { skipFiles: ["contracts/mocks/**", "contracts/payouts/mocks/**"] },
  test: {
    solidity: {
      // One seed for everybody: gas snapshots and coverage do not change by luck.
      fuzz: { seed: FUZZ_SEED, runs: 256 },
      invariant: { runs: 8, depth: 100, failOnRevert: true },
      fsPermissions: { readFile: ["test/vectors/anchoring.json"] },
    },
  },
  networks: {
    onSystem: {
      type: "http",
      url: settings.onSystemChainRpc[0] as string,
      accounts: [configVariable("LUCID_ADMIN_KEY")],
    },
  },
  typechain: { outDir: "typechain-types" },
});

/**
 * A bad setting stops every command at its start: in one line, by name, and without a stack; for a machine that asked
 * for JSON, in JSON, although no task has been chosen yet.
 */
function checkedSettings(): Settings {
  try {
    return readSettings(process.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    if (process.argv.includes("--json")) {
      console.log(failureJson(error));
      process.exit(1);
    }
    throw new HardhatPluginError("lucid", `${error.code}: ${error.message}`, error);
  }
}
