/**
 * Installs what the repository needs; does nothing if it is already installed.
 *
 * Plain JavaScript without imports of packages: it runs before anything is installed, on any Node >= 20.
 * Hardhat needs Node >= 22.13. Where the machine's own is older, the install runs under the Node that npm
 * fetches (npm picks native packages for the Node it runs under), and the `node` package puts the same one
 * first on the path of every npm script and of `npx hardhat`.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const STAMP = join(ROOT, "node_modules", ".lucid-installed");
const OLDEST_NODE = [20, 0];
const HARDHAT_NODE = [22, 13];

const say = (line) => process.stderr.write(`setup: ${line}\n`);

function isAtLeast([major, minor]) {
  const [ownMajor, ownMinor] = process.versions.node.split(".").map(Number);
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}

/** What was installed, and for which platform: if either changes, it is installed again. */
function fingerprint() {
  return createHash("sha256")
    .update(readFileSync(join(ROOT, "package-lock.json")))
    .update(`${process.platform} ${process.arch}`)
    .digest("hex");
}

function install() {
  const [command, ...args] = isAtLeast(HARDHAT_NODE)
    ? ["npm", "ci"]
    : ["npx", "-y", "-p", "node@24", "npm", "ci"];
  say(`installing the packages of package-lock.json (${[command, ...args].join(" ")}) ...`);
  const started = Date.now();
  const { status, error } = spawnSync(command, [...args, "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: ROOT,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (error !== undefined || status !== 0) {
    say(`the install failed (${error?.message ?? `exit code ${status}`}).`);
    say("Check that this machine reaches an npm registry (npm ping), then run the same command again.");
    process.exit(1);
  }
  writeFileSync(STAMP, `${fingerprint()}\n`);
  say(`installed in ${Math.round((Date.now() - started) / 1000)} s.`);
}

if (!isAtLeast(OLDEST_NODE)) {
  say(`Node ${OLDEST_NODE.join(".")} or newer is needed; this is ${process.versions.node}.`);
  process.exit(1);
}
const isInstalled = existsSync(STAMP) && readFileSync(STAMP, "utf8").trim() === fingerprint();
if (!isInstalled) install();
