/**
 * Fails when typechain-types/ does not match the contracts: builds it again and compares file by file. If they differ, the
 * new one is kept, ready to be committed.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const BINDINGS = join(ROOT, "typechain-types");
const HARDHAT = join(ROOT, "node_modules", "hardhat", "dist", "src", "cli.js");

/** Content of every file of the bindings, by its path. */
function readBindings() {
  const entries = readdirSync(BINDINGS, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(paths.map((path) => [relative(ROOT, path), readFileSync(path, "utf8")]));
}

const checkedIn = readBindings();
// TypeChain never removes files: only building into an empty folder shows which ones are obsolete.
rmSync(BINDINGS, { recursive: true });
const { status } = spawnSync(process.execPath, [HARDHAT, "build", "--quiet", "--no-tests"], {
  cwd: ROOT,
  stdio: "inherit",
});
if (status !== 0) {
  console.error("The build failed; git checkout typechain-types restores the bindings.");
  process.exit(1);
}
const built = readBindings();
const stale = [...new Set([...checkedIn.keys(), ...built.keys()])].filter(
  (path) => checkedIn.get(path) !== built.get(path),
);
if (stale.length > 0) {
  console.error(
    `The bindings were stale and have been regenerated; commit them:\n  ${stale.sort().join("\n  ")}`,
  );
  process.exit(1);
}
