/** How commands grow with the sessions that a store holds: wall time and memory of whole processes. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { localKey, startAnvil } from "../../devnet/anvil.ts";
import type { Figure, Measurement } from "./figure.ts";

const SIZES = (process.env.LUCID_BENCH_SCALE_SESSIONS ?? "100,2000,20000").split(",").map(Number);
const RECORDING_BYTES = 500;
const HARDHAT = join(import.meta.dirname, "../../node_modules/hardhat/dist/src/cli.js");
const KIB = 1_024;
const SECOND_MS = 1_000;
const MAX_OUTPUT_BYTES = 2 ** 28;

/** Writes the process's peak of resident memory, in KiB, to a file when it ends. */
const REPORT_MEMORY =
  "import{writeFileSync}from'node:fs';process.on('exit',()=>writeFileSync(process.env.LUCID_BENCH_MEMORY,String(process.resourceUsage().maxRSS)))";

interface Cost {
  readonly seconds: number;
  readonly megabytes: number;
}

export async function measure(): Promise<Measurement> {
  const figures: Figure[] = [];
  for (const size of SIZES) figures.push(...(await measureSize(size)));
  return {
    conditions: {
      sessions: `one chunk of ${RECORDING_BYTES} bytes each; embedded store; anvil, which mines at once`,
      values: "wall time of `npx hardhat COMMAND`, its start included; beside it the peak of resident memory",
    },
    figures,
  };
}

async function measureSize(size: number): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "lucid-scale-"));
  try {
    await using node = await startAnvil();
    const run = runner(folder, node.url, await identityToRecipient(await generateX25519Identity()));
    const recordings = join(folder, "recordings");
    mkdirSync(recordings);
    const cast = JSON.stringify({ version: 2, width: 80, height: 24, timestamp: 1_700_000_000 });
    for (let at = 0; at < size; at++) {
      const line = JSON.stringify([0.5, "o", String(at).padEnd(RECORDING_BYTES - cast.length, ".")]);
      writeFileSync(join(recordings, `${String(at).padStart(6, "0")}.cast`), `${cast}\n${line}\n`);
    }
    const start = run("session", "list");
    run("deploy");
    const seal = run("session", "seal", recordings);
    const list = run("session", "list");
    const page = run("session", "list", "--limit", "50");
    const anchor = run("session", "anchor");
    const [first = ""] = readdirSync(join(folder, "data", "sessions")).sort();
    const verify = run("session", "verify", first);
    const exported = run("store", "export", "--out", join(folder, "export.ndjson"));
    const costs = { start, seal, list, "list --limit 50": page, anchor, verify, "store export": exported };
    return Object.entries(costs).map(([command, { seconds, megabytes }]) => ({
      figure: `scale.${size}.${command}`,
      value: seconds,
      unit: "s",
      beside: { "MB resident": megabytes },
    }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runner(folder: string, rpc: string, recipient: string) {
  const memory = join(folder, "memory");
  const dataDir = join(folder, "data");
  const env = {
    ...process.env,
    LUCID_DATA_DIR: dataDir,
    LUCID_STORE: join(dataDir, "store.db"),
    LUCID_ADMIN_KEY: localKey(0),
    LUCID_REGISTRAR_KEY: localKey(1),
    LUCID_OWNER_KEY: localKey(2),
    LUCID_AGE_RECIPIENTS: recipient,
    ON_SYSTEM_CHAIN_RPC: rpc,
    LUCID_BENCH_MEMORY: memory,
    NODE_OPTIONS: `--import "data:text/javascript,${REPORT_MEMORY}"`,
  };
  return (...args: string[]): Cost => {
    const started = performance.now();
    execFileSync(process.execPath, [HARDHAT, ...args], {
      ...{ env, stdio: ["ignore", "pipe", "pipe"], maxBuffer: MAX_OUTPUT_BYTES },
    });
    const seconds = (performance.now() - started) / SECOND_MS;
    return { seconds, megabytes: (Number(readFileSync(memory, "utf8")) * KIB) / 1e6 };
  };
}
