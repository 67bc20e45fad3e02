/**
 * `npm run docs:codes`: writes the tables of codes in docs/ from the comments beside the codes.
 *
 * With `--check` (`npm run lint:codes`) it writes nothing, and fails where a page is not what it would write.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readCodePages } from "./code-pages.ts";

/** npm runs scripts in the root of the repository. */
const ROOT = process.cwd();

const pages = readCodePages(ROOT);
const faults = pages.flatMap((page) => page.faults);
const stale = pages.filter(({ text, current }) => text !== current);
if (faults.length > 0) {
  console.error(faults.join("\n"));
  process.exitCode = 1;
} else if (!process.argv.includes("--check")) {
  for (const { path, text } of stale) {
    writeFileSync(join(ROOT, path), text);
    console.log(`${path} was written.`);
  }
} else if (stale.length > 0) {
  const paths = stale.map(({ path }) => path).join(", ");
  console.error(
    `Not what the comments beside the codes say: ${paths}. Run npm run docs:codes and commit it.`,
  );
  process.exitCode = 1;
}
