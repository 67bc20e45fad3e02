import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { arch, availableParallelism, cpus, loadavg, release, totalmem, type } from "node:os";
import { findAnvil } from "../../../devnet/anvil.ts";
import { findGeth } from "../../../devnet/geth.ts";
import { findServerProgram } from "../../../devnet/mongodb.ts";

/** Where and with what something was measured. */
export interface Environment {
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryGB: number;
    readonly system: string;
  };
  /** Of the runtime, of the servers and of the peers, by their names; those that are installed. */
  readonly versions: Readonly<Record<string, string>>;
  /** Average of the minute before the start: what else the machine did. */
  readonly load: number;
  /** The commit, and whether files differed from it. */
  readonly commit: string;
}

/** What this repository's own manifest pins and a benchmark measures with or beside. */
const PACKAGES = ["hardhat", "ethers", "@noble/curves", "secp256k1", "sodium-native", "mongodb"];
const OS_RELEASE = "/etc/os-release";
const ROOT = new URL("../../../", import.meta.url);

/** Asks the machine, the installed programs and git. */
export function environment(): Environment {
  return {
    machine: {
      cpu: cpus()[0]?.model ?? "unknown",
      cores: availableParallelism(),
      memoryGB: Math.round(totalmem() / 2 ** 30),
      system: `${distribution()}${type()} ${release()} ${arch()}`,
    },
    versions: { "Node.js": process.versions.node, ...packageVersions(), ...programVersions() },
    load: loadavg()[0] ?? 0,
    commit: commit(),
  };
}

function distribution(): string {
  if (!existsSync(OS_RELEASE)) return "";
  const name = /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync(OS_RELEASE, "utf8"))?.[1];
  return name === undefined ? "" : `${name}, `;
}

function packageVersions(): Record<string, string> {
  const manifest = createRequire(import.meta.url)("../../../package.json");
  const pinned: Record<string, string> = { ...manifest.dependencies, ...manifest.devDependencies };
  return Object.fromEntries(PACKAGES.map((name) => [name, pinned[name] ?? "unknown"]));
}

function programVersions(): Record<string, string> {
  const server = findServerProgram();
  const versions = {
    anvil: versionOf(findAnvil(), "--version"),
    geth: versionOf(findGeth(), "version"),
    mongod: server?.kind === "mongod" ? versionOf(server.path, "--version") : undefined,
    SecantusDB: server?.kind === "secantusdb" ? versionOf(server.path, "--version") : undefined,
    zstd: versionOf("zstd", "--version"),
    age: versionOf("age", "--version"),
  };
  return Object.fromEntries(
    Object.entries(versions).filter(([, version]) => version !== undefined),
  ) as Record<string, string>;
}

/** The first thing in a program's answer that looks like a version; undefined where the program is not installed. */
function versionOf(program: string | undefined, argument: string): string | undefined {
  if (program === undefined) return undefined;
  const { error, stdout, stderr } = spawnSync(program, [argument], { encoding: "utf8" });
  if (error !== undefined) return undefined;
  return /\d+\.\d+(\.\d+)?[\w.-]*/.exec(stdout + stderr)?.[0] ?? "unknown";
}

function commit(): string {
  try {
    const git = (...args: string[]) => execFileSync("git", args, { cwd: ROOT, encoding: "utf8" }).trim();
    const isChanged = git("status", "--porcelain", "--untracked-files=no") !== "";
    return `${git("rev-parse", "--short=12", "HEAD")}${isChanged ? " with changes" : ""}`;
  } catch {
    return "unknown (not a git checkout)";
  }
}
