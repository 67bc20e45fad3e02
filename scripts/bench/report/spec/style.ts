import type { Config } from "vega-lite";

/** What GitHub shows a document in is somewhat wider; nothing is scaled. */
export const MAX_WIDTH = 860;

export const COLOURS = { own: "#0969da", other: "#8c959f", goal: "#cf222e" } as const;
/** Distinct for those who see no red or no green, too: Okabe and Ito's, without the yellow that white swallows. */
const CATEGORIES = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000", "#8c959f"];
const TEXT = "#1f2328";
const MUTED = "#59636e";
const GRID = "#d1d9e0";
const FONT = "-apple-system, 'Segoe UI', 'Noto Sans', Helvetica, Arial, sans-serif";

/** A white background of their own: plots look the same in GitHub's light and dark themes. */
export const STYLE: Config = {
  background: "white",
  padding: 16,
  font: FONT,
  view: { stroke: null },
  range: { category: CATEGORIES },
  title: { anchor: "start", frame: "bounds", fontSize: 15, color: TEXT, subtitleColor: MUTED, offset: 14 },
  axis: {
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: "normal",
    labelColor: TEXT,
    titleColor: MUTED,
    gridColor: GRID,
    domainColor: GRID,
    tickColor: GRID,
    titlePadding: 10,
  },
  header: { labelFontSize: 13, labelFontWeight: "bold", labelColor: TEXT, labelPadding: 4 },
  legend: { labelFontSize: 12, labelColor: TEXT, labelLimit: 0, title: null, symbolSize: 70 },
};
