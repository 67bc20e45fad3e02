/**
 * Installs Prometheus, with promtool, for the tests of alerts and metrics; does nothing if it is already installed.
 *
 * Debian's package, where apt-get may install one. Elsewhere it says so, and the tests that need it are skipped; with
 * LUCID_REQUIRE_PROMETHEUS set it fails instead. Plain JavaScript without imports of packages: it runs on any Node >= 20.
 */
import { spawnSync } from "node:child_process";

const PROGRAMS = ["prometheus", "promtool"];
/** What installs a service must not start it. */
const ENVIRONMENT = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };

const say = (line) => process.stderr.write(`prometheus for tests: ${line}\n`);
const run = (command, ...args) => spawnSync(command, args, { encoding: "utf8", env: ENVIRONMENT });
const isInstalled = () => PROGRAMS.every((program) => run(program, "--version").status === 0);

/** Returns why it failed; undefined when the programs are there. */
function install() {
  if (run("apt-get", "--version").status !== 0) return "there is no apt-get (https://prometheus.io/download)";
  if (process.getuid?.() !== 0) return "apt-get needs root: apt-get install prometheus";
  say("installing Debian's package prometheus ...");
  const options = ["install", "-y", "--no-install-recommends", "prometheus"];
  if (run("apt-get", ...options).status !== 0) run("apt-get", "update");
  const { status, stderr } = isInstalled() ? { status: 0 } : run("apt-get", ...options);
  if (status !== 0) return `apt-get failed: ${stderr.trim().split("\n").at(-1)}`;
  return isInstalled() ? undefined : "apt-get succeeded, but prometheus and promtool do not answer";
}

if (!isInstalled()) {
  const failure = install();
  if (failure !== undefined) {
    const isRequired = process.env.LUCID_REQUIRE_PROMETHEUS !== undefined;
    const consequence = isRequired
      ? "LUCID_REQUIRE_PROMETHEUS requires it."
      : "Tests that need it are skipped.";
    say(`not installed: ${failure}. ${consequence}`);
    if (isRequired) process.exit(1);
  } else say("installed.");
}
