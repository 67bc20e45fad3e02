import type { TopLevelSpec } from "vega-lite";
import type { LayerSpec } from "vega-lite/types_unstable/spec/index.js";
import { numberText } from "../numbers.ts";
import type { BarPlot } from "../plot.ts";
import { COLOURS, STYLE } from "./style.ts";

const BARS_WIDTH = 510;
/** As wide in every plot; a label has up to `MAX_LABEL` characters. */
const LABELS_WIDTH = 265;
export const MAX_LABEL = 45;
const BAR_STEP = 24;
const BAR_HEIGHT = 17;
/** Room for the number at the end of the longest bar. */
const ROOM = 1.35;

/** Bars from left to right, in groups under each other, each with its number at its end. */
export function barsSpec({ title, axis, bars, goals = [] }: BarPlot): TopLevelSpec {
  const groups = [...new Set(bars.map(({ group }) => group))];
  const goalOf = new Map(goals.map(({ group, value }) => [group, value]));
  const values = bars.map((bar, place) => ({
    place,
    group: bar.group,
    label: bar.label,
    value: bar.value,
    text: bar.text ?? numberText(bar.value),
    isOwn: bar.isOwn,
    goal: goalOf.get(bar.group) ?? null,
  }));
  const longest = Math.max(...bars.map(({ value }) => value), ...goalOf.values());
  const domain: number[] = [Math.min(0, ...bars.map(({ value }) => value)), longest * ROOM];
  const x = {
    field: "value",
    type: "quantitative",
    scale: { domain, nice: false },
    axis: { title: axis, tickCount: 6, labelFlush: false, format: ",~r", domain: false },
  } as const;
  const y = {
    field: "label",
    type: "nominal",
    sort: { field: "place", op: "min" },
    axis: {
      title: null,
      domain: false,
      ticks: false,
      labelPadding: 8,
      labelLimit: 0,
      minExtent: LABELS_WIDTH,
      maxExtent: LABELS_WIDTH,
    },
  } as const;
  return {
    config: STYLE,
    description: title,
    title: goals.length > 0 ? { text: title, subtitle: "dashed: the goal" } : title,
    data: { values },
    facet: { field: "group", type: "nominal", title: null, sort: groups, header: { labelAnchor: "start" } },
    columns: 1,
    spacing: 8,
    resolve: { scale: { y: "independent" } },
    spec: {
      width: BARS_WIDTH,
      height: { step: BAR_STEP },
      layer: [
        {
          mark: { type: "bar", height: BAR_HEIGHT },
          encoding: {
            x,
            y,
            color: { condition: { test: "datum.isOwn", value: COLOURS.own }, value: COLOURS.other },
          },
        },
        ...(goals.length > 0 ? [goalRule()] : []),
        // The same text wider and white under it, so that a goal's line does not cross the number.
        ...[{ stroke: "white", strokeWidth: 4 }, {}].map((halo) => ({
          mark: { type: "text", align: "left", dx: 5, fontSize: 12, aria: false, ...halo } as const,
          encoding: { x, y, text: { field: "text", type: "nominal" } as const },
        })),
      ],
    },
  };
}

function goalRule(): LayerSpec<string>["layer"][number] {
  return {
    transform: [{ filter: "datum.goal !== null" }],
    mark: { type: "rule", strokeDash: [5, 3], strokeWidth: 1.5, color: COLOURS.goal },
    encoding: { x: { field: "goal", type: "quantitative", aggregate: "min" } },
  };
}
