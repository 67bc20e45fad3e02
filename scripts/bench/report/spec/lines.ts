import type { TopLevelSpec } from "vega-lite";
import type { Axis, LinePlot } from "../plot.ts";
import { logTicks } from "./log-ticks.ts";
import { STYLE } from "./style.ts";

const WIDTH = 540;
const HEIGHT = 300;
const DASHES = [5, 4];
/** So that the first and the last point are not on the edge. */
const PADDING = 24;

/** Lines with a point at each number that was measured. */
export function linesSpec({ title, x, y, points, dashed = [] }: LinePlot): TopLevelSpec {
  const series = [...new Set(points.map((point) => point.series))];
  const values = points.map((point) => ({ ...point, isDashed: dashed.includes(point.series) }));
  const sizes = [...new Set(points.map((point) => point.x))].sort((a, b) => a - b);
  return {
    config: STYLE,
    description: title,
    title,
    data: { values },
    width: WIDTH,
    height: HEIGHT,
    encoding: {
      x: {
        field: "x",
        type: "quantitative",
        scale: x.isLogarithmic
          ? { type: "log", nice: false, padding: PADDING }
          : { zero: false, nice: false, padding: PADDING },
        // The sizes that were measured, and no others.
        axis: { title: x.title, values: sizes, format: ",d", labelFlush: false, grid: false },
      },
      y: {
        field: "y",
        type: "quantitative",
        ...yAxis(
          y,
          points.map((point) => point.y),
        ),
      },
      color: { field: "series", type: "nominal", sort: series },
    },
    layer: [
      {
        mark: { type: "line", strokeWidth: 2 },
        encoding: { strokeDash: { condition: { test: "datum.isDashed", value: DASHES }, value: [1, 0] } },
      },
      {
        mark: { type: "point", filled: true, size: 60, opacity: 1 },
        encoding: { shape: { field: "series", type: "nominal", sort: series } },
      },
    ],
  };
}

function yAxis({ title, isLogarithmic }: Axis, values: readonly number[]) {
  const axis = { title, format: ",~r", domain: false };
  if (!isLogarithmic) return { scale: { zero: true }, axis: { ...axis, tickCount: 6 } };
  const ticks = logTicks(values);
  const domain = [ticks[0] as number, ticks.at(-1) as number];
  return { scale: { type: "log", domain, nice: false }, axis: { ...axis, values: ticks } } as const;
}
