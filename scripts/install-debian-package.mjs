/**
 * Installs one of Debian's packages for tests that need its programs. Plain JavaScript without imports of packages: it
 * runs on any Node >= 20.
 */
import { spawnSync } from "node:child_process";

/** What installs a service must not start it. */
const ENVIRONMENT = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };

const run = (command, ...args) => spawnSync(command, args, { encoding: "utf8", env: ENVIRONMENT });

/** Whether a program starts. */
export const starts = (program) => run(program, "--version").status === 0;

/**
 * Does nothing if the package is there. Where it cannot be installed it says why, and the tests that need it are skipped;
 * where the machine requires it, the process ends with exit code 1.
 *
 * @param name the package's, and the beginning of each line that is printed
 * @param requirement the variable by which a machine requires it
 * @param isInstalled whether there is what the tests need
 * @param obstacle why nothing is to be installed here; undefined where it may be
 * @param otherwise what to do without apt-get
 */
export function installDebianPackage({ name, requirement, isInstalled, obstacle, otherwise }) {
  if (isInstalled()) return;
  const say = (line) => process.stderr.write(`${name} for tests: ${line}\n`);
  const failure = obstacle ?? install(name, { isInstalled, otherwise, say });
  if (failure === undefined) return say("installed.");
  const isRequired = process.env[requirement] !== undefined;
  const consequence = isRequired ? `${requirement} requires it.` : "Tests that need it are skipped.";
  say(`not installed: ${failure}. ${consequence}`);
  if (isRequired) process.exit(1);
}

/** Returns why it failed; undefined when it is there. */
function install(name, { isInstalled, otherwise, say }) {
  if (!starts("apt-get")) return `there is no apt-get (${otherwise})`;
  if (process.getuid?.() !== 0) return `apt-get needs root: apt-get install ${name}`;
  say(`installing Debian's package ${name} ...`);
  const options = ["install", "-y", "--no-install-recommends", name];
  if (run("apt-get", ...options).status !== 0) run("apt-get", "update");
  const { status, stderr } = isInstalled() ? { status: 0 } : run("apt-get", ...options);
  if (status !== 0) return `apt-get failed: ${stderr.trim().split("\n").at(-1)}`;
  return isInstalled() ? undefined : `apt-get succeeded, but ${name} does not start`;
}
