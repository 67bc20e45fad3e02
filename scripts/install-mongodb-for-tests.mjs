/**
 * Installs a server that speaks MongoDB's protocol, for the tests; does nothing if one is available.
 *
 * A real mongod is in none of the package registries. SecantusDB, on PyPI, is a third-party server for
 * MongoDB's wire protocol on WiredTiger. It is installed into a virtual environment in this repository, and only ever
 * runs as a separate process that tests connect to. Where it cannot be installed the tests that need a server are skipped and say
 * why. Plain JavaScript without imports of packages: it runs on any Node >= 20.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const REQUIREMENT = "SecantusDB==0.7.0b3";
const OLDEST_PYTHON = [3, 10];
const VENV = fileURLToPath(new URL("../.venv/secantusdb", import.meta.url));
const STAMP = join(VENV, "installed");
const IS_WINDOWS = process.platform === "win32";

const say = (line) => process.stderr.write(`mongodb for tests: ${line}\n`);

function isOnPath(program) {
  const names = IS_WINDOWS ? [`${program}.exe`] : [program];
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.some((folder) => names.some((name) => existsSync(join(folder, name))));
}

/** What makes an installation unnecessary, in the order in which the tests look for a server. */
function serverAtHand() {
  if (process.env.MONGODB_URI) return "MONGODB_URI names a server";
  if (process.env.MONGOMS_SYSTEM_BINARY) return "MONGOMS_SYSTEM_BINARY names a mongod";
  if (isOnPath("mongod")) return "there is a mongod on PATH";
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8").trim() === REQUIREMENT)
    return `${REQUIREMENT} is installed`;
  return undefined;
}

function findPython() {
  for (const python of IS_WINDOWS ? ["py", "python"] : ["python3", "python"]) {
    const { status, stdout } = spawnSync(python, ["-c", "import sys; print(*sys.version_info[:2])"], {
      encoding: "utf8",
    });
    if (status !== 0) continue;
    const [major, minor] = stdout.trim().split(" ").map(Number);
    if (major > OLDEST_PYTHON[0] || (major === OLDEST_PYTHON[0] && minor >= OLDEST_PYTHON[1])) return python;
  }
  return undefined;
}

function run(command, args) {
  const { status, error, stderr } = spawnSync(command, args, {
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
  });
  if (status === 0) return undefined;
  const lines = (error?.message ?? stderr ?? "").trim().split("\n");
  return `${command} ${args.join(" ")} failed: ${lines.at(-1)}`;
}

function install() {
  const python = findPython();
  if (python === undefined) return `there is no Python >= ${OLDEST_PYTHON.join(".")}`;
  say(`installing ${REQUIREMENT} into .venv/secantusdb (145 MB; only used by tests) ...`);
  rmSync(VENV, { recursive: true, force: true });
  const pip = join(VENV, IS_WINDOWS ? "Scripts" : "bin", IS_WINDOWS ? "pip.exe" : "pip");
  const failure =
    run(python, ["-m", "venv", VENV]) ??
    run(pip, ["install", "--quiet", "--disable-pip-version-check", REQUIREMENT]);
  if (failure !== undefined) return failure;
  writeFileSync(STAMP, `${REQUIREMENT}\n`);
  return undefined;
}

if (serverAtHand() === undefined) {
  const failure = install();
  if (failure === undefined) say("installed.");
  else say(`not installed: ${failure}. Tests that need a server will be skipped.`);
}
