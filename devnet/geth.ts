import { spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Wallet } from "ethers";
import { answers, type LocalChain, localKey } from "./anvil.ts";
import { freePort } from "./free-port.ts";

export interface GethOptions {
  /** Seconds between blocks; 0 mines a block for each transaction. @default 1 */
  readonly period?: number;
  /** Of the genesis block. @default 60,000,000 */
  readonly blockGasLimit?: number;
  /** Kept when the node stops, to see what survives. @default a temporary folder, removed at the end */
  readonly dataDir?: string;
  /** @default a free one */
  readonly port?: number;
  /** Further command line arguments, e.g. `--txpool.globalslots 8`. */
  readonly extra?: readonly string[];
}

const INSTALLED = join(
  import.meta.dirname,
  "..",
  ".geth",
  process.platform === "win32" ? "geth.exe" : "geth",
);
const START_TIMEOUT_MS = 30_000;
const POLL_INTERVAL_MS = 50;
const DEFAULT_BLOCK_GAS_LIMIT = 60_000_000;
const FUNDED_ACCOUNTS = 10;
/** 10,000 ether, as anvil and Hardhat give. */
const FUNDS = "0x21e19e0c9bab2400000";
const LOG_TAIL_CHARACTERS = 2_000;

/** The geth that `scripts/install-geth-for-tests.mjs` built, else the one on PATH; undefined where there is none. */
export function findGeth(): string | undefined {
  if (existsSync(INSTALLED)) return INSTALLED;
  return spawnSync("geth", ["version"]).status === 0 ? "geth" : undefined;
}

/**
 * Starts go-ethereum in development mode on a free port of this machine, with the accounts of `localKey` funded.
 * Killing its process acts like a power cut: it keeps the newest state in memory and comes back without the last
 * blocks.
 *
 * @throws when there is none, or it does not answer
 */
export async function startGeth(options: GethOptions = {}): Promise<LocalChain> {
  const binary = findGeth();
  if (binary === undefined) throw new Error("geth is neither in .geth nor on PATH");
  const { period = 1, blockGasLimit = DEFAULT_BLOCK_GAS_LIMIT, extra = [] } = options;
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), "lucid-geth-"));
  if (!existsSync(join(dataDir, "geth"))) writeGenesis(binary, dataDir, blockGasLimit);
  const port = options.port ?? (await freePort());
  const logPath = join(dataDir, "node.log");
  const log = openSync(logPath, "a");
  const child = spawn(
    binary,
    [
      ...[
        "--dev",
        "--datadir",
        dataDir,
        "--dev.period",
        String(period),
        "--miner.gaslimit",
        String(blockGasLimit),
      ],
      ...[
        "--http",
        "--http.addr",
        "127.0.0.1",
        "--http.port",
        String(port),
        "--http.api",
        "eth,net,web3,txpool,debug",
      ],
      ...[
        "--authrpc.port",
        String(await freePort()),
        "--txpool.nolocals",
        "--ipcdisable",
        "--cache",
        "64",
        "--verbosity",
        "2",
      ],
      ...extra,
    ],
    { stdio: ["ignore", log, log] },
  );
  closeSync(log);
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await exited;
    }
    if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
  };
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await answers(url))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      const tail = readFileSync(logPath, "utf8").slice(-LOG_TAIL_CHARACTERS);
      await stop();
      throw new Error(`geth did not answer at ${url} within ${START_TIMEOUT_MS} ms: ${tail}`);
    }
    await sleep(POLL_INTERVAL_MS);
  }
  return { url, process: child, [Symbol.asyncDispose]: stop };
}

/** Its own development genesis, with the accounts of every local node funded. */
function writeGenesis(binary: string, dataDir: string, blockGasLimit: number): void {
  const genesis = JSON.parse(run(binary, ["--dev", "dumpgenesis"]));
  genesis.gasLimit = `0x${blockGasLimit.toString(16)}`;
  for (let account = 0; account < FUNDED_ACCOUNTS; account++) {
    genesis.alloc[new Wallet(localKey(account)).address] = { balance: FUNDS };
  }
  const path = join(dataDir, "genesis.json");
  writeFileSync(path, JSON.stringify(genesis));
  run(binary, ["init", "--datadir", dataDir, path]);
}

function run(binary: string, args: readonly string[]): string {
  const { status, error, stdout, stderr } = spawnSync(binary, args, { encoding: "utf8" });
  if (status === 0) return stdout;
  throw new Error(`geth ${args.join(" ")} failed: ${error?.message ?? stderr.slice(-LOG_TAIL_CHARACTERS)}`);
}
