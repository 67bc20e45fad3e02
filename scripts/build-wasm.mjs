/**
 * Compiles the hashing of segments from AssemblyScript into a module that carries it as text.
 *
 * `npm run build:wasm` writes it; `npm run lint:wasm` fails when the committed module is not what the source compiles to.
 * It is committed so that running Lucid needs no compiler, and as text so that no loader or bundler has to
 * find a file at run time.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const SOURCE = "segment-tree.as/segment-tree.ts";
const FOLDER = fileURLToPath(new URL("../offchain/sessions", import.meta.url));
const TARGET = fileURLToPath(new URL("../offchain/sessions/segment-tree-wasm.ts", import.meta.url));
const LINE_DIGITS = 100;

const OPTIONS = [
  ...["--baseDir", FOLDER, "--outFile", "segment-tree.wasm"],
  ...["-O3", "--converge", "--noAssert", "--runtime", "stub"],
  ...["--enable", "simd", "--importMemory", "--noExportMemory"],
];

let binary;
const { error, stderr } = await asc.main([SOURCE, ...OPTIONS], {
  readFile: (name, folder) => readIfThere(`${folder}/${name}`),
  writeFile: (_name, contents) => {
    binary = contents;
  },
  listFiles: () => [],
});
if (error) {
  console.error(stderr.toString());
  process.exit(1);
}

const lines = Buffer.from(binary)
  .toString("base64")
  .match(new RegExp(`.{1,${LINE_DIGITS}}`, "g"));
const text = `// Compiled from ${SOURCE} by \`npm run build:wasm\`. Do not edit.
export const SEGMENT_TREE_WASM =
${lines.map((line) => `  "${line}"`).join(" +\n")};
`;

if (!process.argv.includes("--check")) {
  writeFileSync(TARGET, text);
} else if (readIfThere(TARGET) !== text) {
  console.error(`${TARGET} is not what ${SOURCE} compiles to: run \`npm run build:wasm\` and commit it.`);
  process.exit(1);
}

function readIfThere(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
