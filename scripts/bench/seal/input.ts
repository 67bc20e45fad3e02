import { randomFillSync, randomInt } from "node:crypto";
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";

export const MEGABYTE = 1e6;

/** Larger than zstd's window at its default level, so that a block finds nothing of itself in the one before. */
const TEXT_BLOCK_BYTES = 8 * MEGABYTE;
const SAMPLES = join(import.meta.dirname, "../../../samples");

/** Writes incompressible input. */
export function writeRandom(path: string, megabytes: number): void {
  const block = Buffer.alloc(MEGABYTE);
  const file = openSync(path, "w");
  for (let written = 0; written < megabytes; written++) writeSync(file, randomFillSync(block));
  closeSync(file);
}

/** Writes text-like input: lines of the sample recordings in any order, each with another time. */
export function writeText(path: string, megabytes: number): void {
  const lines = ["compile-warnings.cast", "git-history.cast", "unit-tests.cast"]
    .flatMap((name) => readFileSync(join(SAMPLES, name), "utf8").split("\n"))
    .filter((line) => line.startsWith("["));
  let block = "";
  while (block.length < TEXT_BLOCK_BYTES) {
    const line = lines[randomInt(lines.length)] as string;
    block += `[${randomInt(1e9) / 1e6}${line.slice(line.indexOf(","))}\n`;
  }
  const bytes = Buffer.from(block).subarray(0, TEXT_BLOCK_BYTES);
  const file = openSync(path, "w");
  for (let written = 0; written < megabytes * MEGABYTE; written += bytes.length) writeSync(file, bytes);
  closeSync(file);
}
