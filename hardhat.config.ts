import { createRequire } from "node:module";
import toolbox from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { defineConfig } from "hardhat/config";

const require = createRequire(import.meta.url);

/**
 * One compiler for every build: tests, deployments and gas figures are made from the same bytecode.
 * viaIR because the chunk store's functions are stack too deep without it.
 */
const compiler = {
  version: "0.8.34",
  path: require.resolve("solc/soljson.js"),
  settings: {
    evmVersion: "cancun",
    viaIR: true,
    optimizer: { enabled: true, runs: 1_000_000 },
  },
};

export default defineConfig({
  plugins: [toolbox],
  solidity: { profiles: { default: compiler, production: compiler } },
  paths: { tests: { solidity: "test/solidity", mocha: "test" } },
  typechain: { outDir: "typechain-types" },
});
