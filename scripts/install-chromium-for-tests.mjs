/**
 * Installs Chromium for the tests that drive pages in a browser; does nothing if there is one already.
 *
 * Debian's package, where apt-get may install one. Elsewhere it says so, and the tests that need it are skipped; with
 * LUCID_REQUIRE_CHROMIUM set it fails instead. Plain JavaScript without imports of packages: it runs on any Node >= 20.
 */
import { spawnSync } from "node:child_process";

/** As test/support/chromium.ts looks for it. */
const CANDIDATES = process.env.CHROMIUM_PATH
  ? [process.env.CHROMIUM_PATH]
  : ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const ENVIRONMENT = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };

const say = (line) => process.stderr.write(`chromium for tests: ${line}\n`);
const run = (command, ...args) => spawnSync(command, args, { encoding: "utf8", env: ENVIRONMENT });
const isInstalled = () => CANDIDATES.some((path) => run(path, "--version").status === 0);

/** Returns why it failed; undefined when there is a browser. */
function install() {
  if (process.env.CHROMIUM_PATH) return `CHROMIUM_PATH is ${process.env.CHROMIUM_PATH}, which does not start`;
  if (run("apt-get", "--version").status !== 0)
    return "there is no apt-get (set CHROMIUM_PATH to a Chromium)";
  if (process.getuid?.() !== 0) return "apt-get needs root: apt-get install chromium";
  say("installing Debian's package chromium ...");
  const options = ["install", "-y", "--no-install-recommends", "chromium"];
  if (run("apt-get", ...options).status !== 0) run("apt-get", "update");
  const { status, stderr } = isInstalled() ? { status: 0 } : run("apt-get", ...options);
  if (status !== 0) return `apt-get failed: ${stderr.trim().split("\n").at(-1)}`;
  return isInstalled() ? undefined : "apt-get succeeded, but chromium does not start";
}

if (!isInstalled()) {
  const failure = install();
  if (failure !== undefined) {
    const isRequired = process.env.LUCID_REQUIRE_CHROMIUM !== undefined;
    const consequence = isRequired
      ? "LUCID_REQUIRE_CHROMIUM requires it."
      : "Tests that need it are skipped.";
    say(`not installed: ${failure}. ${consequence}`);
    if (isRequired) process.exit(1);
  } else say("installed.");
}
