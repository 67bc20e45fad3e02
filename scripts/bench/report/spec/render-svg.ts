import { logger, Error as ONLY_ERRORS, parse, textMetrics, View } from "vega";
import { compile } from "vega-lite";
import type { Plot } from "../plot.ts";
import { barsSpec } from "./bars.ts";
import { linesSpec } from "./lines.ts";

declare module "vega" {
  /** Exported, and made to be replaced, but missing in vega's types. */
  export const textMetrics: {
    width: (item: { text?: string; fontSize?: number }, text?: string) => number;
  };
}

/** Of a character, as a share of the font's size: between Helvetica's and DejaVu's. */
const CHARACTER_WIDTH = 0.57;
const DEFAULT_FONT_SIZE = 11;

// There is no canvas to measure with, and vega's own guess is a third too wide.
textMetrics.width = ({ text: whole, fontSize = DEFAULT_FONT_SIZE }, text = whole) =>
  String(text ?? "").length * fontSize * CHARACTER_WIDTH;

/**
 * Draws a plot, the same bytes for the same data.
 *
 * @throws where there is nothing to draw
 */
export async function renderSvg(plot: Plot): Promise<string> {
  if ((plot.kind === "bars" ? plot.bars : plot.points).length === 0) {
    throw new Error(`the plot ${plot.name} has no data`);
  }
  const spec = plot.kind === "bars" ? barsSpec(plot) : linesSpec(plot);
  // Vega-Lite warns that a bar and its number share a scale, which they should.
  const compiled = compile(spec, { logger: logger(ONLY_ERRORS) });
  const view = new View(parse(compiled.spec), { renderer: "none" });
  try {
    return `${await view.toSVG()}\n`;
  } finally {
    view.finalize();
  }
}
