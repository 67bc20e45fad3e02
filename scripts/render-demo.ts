/**
 * Runs the demo and renders its output as the pictures of the README, docs/demo.svg at its top and two more:
 * `npx tsx scripts/render-demo.ts`. Needs `script` of util-linux.
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";

const ROOT = resolve(import.meta.dirname, "..");
/** The pictures, and the step with which each begins. */
const PICTURES = [
  { file: "docs/demo.svg", firstStep: 1 },
  { file: "docs/demo-poot.svg", firstStep: 8 },
  { file: "docs/demo-month.svg", firstStep: 18 },
] as const;
/** Characters of a line; longer ones are cut, since a picture does not wrap. */
const COLUMNS = 80;
/** Of a monospaced font at this size, in pixels. */
const FONT = { size: 13, width: 7.8, line: 19 } as const;
const MARGIN = 18;
const COLOURS = {
  background: "#0d1117",
  text: "#c9d1d9",
  step: "#79c0ff",
  error: "#ff7b72",
  prompt: "#7ee787",
};

const escaped = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

function colourOf(line: string): string {
  if (line.startsWith("$")) return COLOURS.prompt;
  if (/^\d+\. /.test(line)) return COLOURS.step;
  return /^ +[A-Z]+_[A-Z_]+: /.test(line) ? COLOURS.error : COLOURS.text;
}

function draw(lines: readonly string[]): string {
  const width = Math.ceil(COLUMNS * FONT.width + 2 * MARGIN);
  const height = lines.length * FONT.line + 2 * MARGIN;
  const texts = lines.map((line, row) => {
    const cut = line.length > COLUMNS ? `${line.slice(0, COLUMNS - 1)}…` : line;
    const y = MARGIN + (row + 1) * FONT.line - 5;
    return `<text x="${MARGIN}" y="${y}" fill="${colourOf(line)}" xml:space="preserve">${escaped(cut)}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="What npm run demo prints">`,
    `<rect width="100%" height="100%" rx="8" fill="${COLOURS.background}"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="${FONT.size}">`,
    ...texts,
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

// In a pseudo terminal, so that tables are fitted to a width.
const command = `stty cols ${COLUMNS} && npx hardhat demo`;
const { stdout, status } = spawnSync("script", ["-qec", command, "/dev/null"], {
  cwd: ROOT,
  encoding: "utf8",
});
if (status !== 0) throw new Error(`the demo ended with exit code ${status}:\n${stdout}`);
// Without the compiler's spinner.
const text = stripVTControlCharacters(stdout).replaceAll(/[\r\u2800-\u28ff]/g, "");
const lines = text.trim().split("\n");
const starts = PICTURES.map(({ firstStep }) => lines.findIndex((line) => line.startsWith(`${firstStep}. `)));
for (const [place, { file }] of PICTURES.entries()) {
  const beginning = place === 0 ? ["$ npm run demo", ""] : [];
  const part = lines
    .slice(starts[place], starts[place + 1])
    .join("\n")
    .trimEnd();
  writeFileSync(join(ROOT, file), draw([...beginning, ...part.split("\n")]));
}
