import { execFileSync, spawnSync } from "node:child_process";
import { cpus } from "node:os";
import { join } from "node:path";

const MILLISECONDS = 1000;
const HARDHAT = join(import.meta.dirname, "../../../node_modules/hardhat/dist/src/cli.js");

export function isInstalled(program: string): boolean {
  return spawnSync(program, ["--version"]).error === undefined;
}

/** What runs a command on the last cores alone (the first one serves most interrupts); nothing without taskset. */
export function onCores(count: number): string[] {
  const all = cpus().length;
  return isInstalled("taskset") ? ["taskset", "-c", `${all - count}-${all - 1}`] : [];
}

export const onOneCore = () => onCores(1);

/** 1, 2, 4 and so on, and all; only all where a command cannot be kept on some. */
export function coreCounts(): number[] {
  const all = cpus().length;
  if (!isInstalled("taskset")) return [all];
  const powers = Array.from({ length: Math.ceil(Math.log2(all)) }, (_, power) => 2 ** power);
  return [...powers, all];
}

export const hasZstdAndAge = () => isInstalled("zstd") && isInstalled("age");

/** Seconds of `zstd | age`, on so many cores. */
export function secondsOfZstdAge(source: string, target: string, recipient: string, cores: number): number {
  const all = cpus().length;
  const threads = cores === 1 ? "--single-thread" : `-T${cores === all ? 0 : cores}`;
  const pipe = `zstd -q ${threads} -c "$0" | age -r "$1" > "$2"`;
  return secondsOf([...(cores === all ? [] : onCores(cores)), "sh", "-c", pipe, source, recipient, target]);
}

/** Seconds of `npx hardhat session seal`, its start included. */
export function secondsOfSealTask(source: string, env: Readonly<Record<string, string>>): number {
  const times = ["--started-at", "2026-01-01T00:00:00Z", "--ended-at", "2026-01-01T00:00:00Z"];
  return secondsOf([process.execPath, HARDHAT, "session", "seal", source, ...times], env);
}

function secondsOf(
  [command, ...args]: readonly string[],
  env: Readonly<Record<string, string>> = {},
): number {
  const started = performance.now();
  execFileSync(command as string, args, { env: { ...process.env, ...env }, stdio: "pipe" });
  return (performance.now() - started) / MILLISECONDS;
}
