import type { Figure } from "../../figure.ts";
import { besideNamed } from "../pick.ts";
import type { Bar, LinePlot, Plot, Point } from "../plot.ts";

const CREDITS = /^credits\.(?<size>\d+)(?<unit>[km])\.ms$/;
const UNITS: Readonly<Record<string, number>> = { k: 1_000, m: 1_000_000 };
const WORK = /^consensus\.(?<nodes>\d+)\.(?<what>ms|storeCalls|rpcCalls)$/;
const ANCHORED = /^consensus\.anchored\.(?<which>median|max)$/;
const GOAL = "goal";
const FLOOR = "verifying a slot's proofs";

/** What a slot costs as entities grow: to count and to decide. */
export function creditPlots(figures: readonly Figure[]): Plot[] {
  const sized = figures.flatMap((figure) => {
    const { size, unit } = CREDITS.exec(figure.figure)?.groups ?? {};
    return size === undefined ? [] : [{ figure, x: Number(size) * (UNITS[unit ?? ""] ?? Number.NaN) }];
  });
  const points = sized.flatMap(({ figure, x }): Point[] => [
    { series: "a slot: count and decide", x, y: figure.value },
    { series: "slowest slot", x, y: besideNamed(figure, "slowest slot") },
    { series: "of which to decide", x, y: besideNamed(figure, "of which to decide") },
    ...(figure.goal !== undefined && "atMost" in figure.goal
      ? [{ series: GOAL, x, y: figure.goal.atMost }]
      : []),
  ]);
  return [
    {
      kind: "lines",
      name: "credits",
      title: "Credits and leader of a slot as entities grow",
      x: { title: "entities", isLogarithmic: true },
      y: { title: "ms a slot", isLogarithmic: true },
      points,
      dashed: [GOAL],
    },
  ];
}

/** What a node does in a slot as nodes grow, and how soon sessions are anchored. */
export function consensusPlots(figures: readonly Figure[]): Plot[] {
  const points: Record<"ms" | "calls", Point[]> = { ms: [], calls: [] };
  for (const { figure, value, beside } of figures) {
    const { nodes, what } = WORK.exec(figure)?.groups ?? {};
    const x = Number(nodes);
    if (what === "storeCalls") points.calls.push({ series: "store calls", x, y: value });
    if (what === "rpcCalls") points.calls.push({ series: "RPC calls", x, y: value });
    if (what !== "ms") continue;
    points.ms.push({ series: "a node", x, y: value });
    for (const floor of Object.values(beside)) points.ms.push({ series: FLOOR, x, y: floor });
  }
  const plot = (name: string, title: string, y: string, of: readonly Point[]): LinePlot => ({
    kind: "lines",
    name,
    title,
    x: { title: "nodes", isLogarithmic: false },
    y: { title: y, isLogarithmic: false },
    points: of,
    dashed: [FLOOR],
  });
  const anchored = figures.flatMap(({ figure, value, beside }): Bar[] => {
    const group = ANCHORED.exec(figure)?.groups?.which;
    if (group === undefined) return [];
    const bare = Object.values(beside).map((seconds) => {
      return { group, label: "a bare transaction, sent at the start", value: seconds, isOwn: false };
    });
    return [{ group, label: "a slot's sessions", value, isOwn: true }, ...bare];
  });
  return [
    {
      kind: "bars",
      name: "consensus-anchored",
      title: "From a slot's start to the block that anchors its sessions",
      axis: "seconds",
      bars: anchored,
    },
    plot("consensus-cpu", "A node's processor time in a slot as nodes grow", "ms of CPU a slot", points.ms),
    plot("consensus-calls", "A node's calls in a slot as nodes grow", "calls a slot", points.calls),
  ];
}
