import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { HDNodeWallet } from "ethers";
import { freePort } from "./free-port.ts";

/** An EVM node that this process started. */
export interface LocalChain extends AsyncDisposable {
  readonly url: string;
  readonly process: ChildProcess;
}

export interface AnvilOptions {
  /** Seconds between blocks. @default a block for each transaction */
  readonly blockTime?: number;
  /** Further command line arguments, e.g. `--gas-price 0`. */
  readonly extra?: readonly string[];
}

/** Mnemonic of every local Ethereum node; its keys are public, so funds sent to them are lost. */
const PUBLIC_MNEMONIC = "test test test test test test test test test test test junk";
const START_TIMEOUT_MS = 15_000;
const POLL_INTERVAL_MS = 50;

const BUNDLED = fileURLToPath(
  new URL("../node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil", import.meta.url),
);

/** The path of anvil: the one that npm installed, else the one on PATH; undefined if there is none. */
export function findAnvil(): string | undefined {
  if (existsSync(BUNDLED) && spawnSync(BUNDLED, ["--version"]).status === 0) return BUNDLED;
  return spawnSync("anvil", ["--version"]).status === 0 ? "anvil" : undefined;
}

/** Starts anvil on a free port of this machine. @throws when there is none, or it does not answer. */
export async function startAnvil({ blockTime, extra = [] }: AnvilOptions = {}): Promise<LocalChain> {
  const binary = findAnvil();
  if (binary === undefined) throw new Error("anvil is neither among the packages nor on PATH");
  const port = await freePort();
  const pace = blockTime === undefined ? [] : ["--block-time", String(blockTime)];
  const child = spawn(binary, ["--port", String(port), "--silent", ...pace, ...extra], { stdio: "ignore" });
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("exit", resolve));
  };
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await answers(url))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`anvil did not answer at ${url} within ${START_TIMEOUT_MS} ms`);
    }
    await sleep(POLL_INTERVAL_MS);
  }
  return { url, process: child, [Symbol.asyncDispose]: stop };
}

/** Private key of a local node's account; every local node funds the first ten. */
export function localKey(account: number): string {
  return HDNodeWallet.fromPhrase(PUBLIC_MNEMONIC, undefined, `m/44'/60'/0'/0/${account}`).privateKey;
}

/** Whether a node answers at a URL. */
export async function answers(url: string): Promise<boolean> {
  const question = { jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] };
  return await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(question),
  }).then(
    (response) => response.ok,
    () => false,
  );
}
