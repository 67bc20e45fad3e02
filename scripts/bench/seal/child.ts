/**
 * What the seal benchmark measures, in a separate process: `child.ts floor FILE ROUNDS`,
 * `child.ts seal FILE ROUNDS FOLDER RECIPIENT` or `child.ts small - COUNT FOLDER RECIPIENT`. Prints one line of JSON.
 */
import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Wallet } from "ethers";
import { DEFAULT_CHUNK_BYTES } from "../../../offchain/sessions/limits.ts";
import { sealSession } from "../../../offchain/sessions/seal-session.ts";
import { cpuSecondsSince, measureFloor } from "./floor.ts";
import { measureSmall } from "./small.ts";

/** Answer of `child.ts seal`. */
export interface SealRun {
  /** Of the fastest round: the others paid for what else the machine did. */
  readonly seconds: number;
  /** Processor time of the round that took least of it. */
  readonly cpuSeconds: number;
  /** Most resident memory of the process, bytes. */
  readonly residentBytes: number;
}

const STARTED_AT = 1_700_000_000;
const KIBIBYTE = 1024;

const [mode, source = "", rounds = "1", folder = "", recipient = ""] = process.argv.slice(2);

function floor() {
  const content = readFileSync(source);
  const count = Math.ceil(content.length / DEFAULT_CHUNK_BYTES);
  const pieces = Array.from({ length: count }, (_, idx) =>
    content.subarray(idx * DEFAULT_CHUNK_BYTES, (idx + 1) * DEFAULT_CHUNK_BYTES),
  );
  return measureFloor(pieces, Number(rounds));
}

async function seal(): Promise<SealRun> {
  const owner = Wallet.createRandom();
  const dataDir = join(folder, "data");
  const times: number[] = [];
  const cpuTimes: number[] = [];
  for (let round = 0; round < Number(rounds); round++) {
    const before = process.cpuUsage();
    const started = performance.now();
    await sealSession({ source, dataDir, owner, recipients: [recipient], startedAt: STARTED_AT });
    times.push((performance.now() - started) / 1000);
    cpuTimes.push(cpuSecondsSince(before));
    await rm(dataDir, { recursive: true });
  }
  const [seconds, cpuSeconds] = [Math.min(...times), Math.min(...cpuTimes)];
  return { seconds, cpuSeconds, residentBytes: process.resourceUsage().maxRSS * KIBIBYTE };
}

const MODES = { floor, seal, small: () => measureSmall(folder, Number(rounds), recipient) };

console.log(JSON.stringify(await MODES[mode as keyof typeof MODES]()));
