/**
 * Installs go-ethereum for the tests that need a node other than anvil; does nothing if it is already installed.
 *
 * Go's own tools fetch, verify (by Go's checksum database) and build it into `.geth/`, which git ignores. Without
 * Go it says so, and the tests that need geth are skipped; with LUCID_REQUIRE_GETH set it fails instead. Plain
 * JavaScript without imports of packages: it runs on any Node >= 20.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const VERSION = "1.17.10";
const MODULE = `github.com/ethereum/go-ethereum/cmd/geth@v${VERSION}`;
const ROOT = fileURLToPath(new URL("..", import.meta.url));
const FOLDER = join(ROOT, ".geth");
const GETH = join(FOLDER, process.platform === "win32" ? "geth.exe" : "geth");

const say = (line) => process.stderr.write(`geth for tests: ${line}\n`);

function isInstalled() {
  if (!existsSync(GETH)) return false;
  const { status, stdout } = spawnSync(GETH, ["version"], { encoding: "utf8" });
  return status === 0 && stdout.includes(`Version: ${VERSION}`);
}

/** Returns why it failed; undefined when geth is there. */
function install() {
  const go = spawnSync("go", ["version"], { encoding: "utf8" });
  if (go.status !== 0) return "Go is not on PATH (https://go.dev/dl)";
  say(`building ${MODULE} into .geth/ with ${go.stdout.trim()} (a few minutes the first time) ...`);
  mkdirSync(FOLDER, { recursive: true });
  const started = Date.now();
  // Outside the repository's folder, so that no go.mod or go.work applies.
  const { status, error, stderr } = spawnSync("go", ["install", MODULE], {
    cwd: FOLDER,
    env: { ...process.env, GOBIN: FOLDER, GOFLAGS: "", GOWORK: "off" },
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
  });
  if (error !== undefined || status !== 0) {
    return `go install ${MODULE} failed: ${error?.message ?? stderr.trim().split("\n").at(-1)}`;
  }
  if (!isInstalled()) return `go install ${MODULE} succeeded, but ${GETH} does not report ${VERSION}`;
  say(`installed in ${Math.round((Date.now() - started) / 1000)} s.`);
  return undefined;
}

if (!isInstalled()) {
  const failure = install();
  if (failure !== undefined) {
    const isRequired = process.env.LUCID_REQUIRE_GETH !== undefined;
    const consequence = isRequired
      ? "LUCID_REQUIRE_GETH requires it."
      : "Tests that need it use a geth on PATH or are skipped.";
    say(`not installed: ${failure}. ${consequence}`);
    if (isRequired) process.exit(1);
  }
}
