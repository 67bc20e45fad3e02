import type { Figure } from "../../figure.ts";
import { goalMark } from "../pick.ts";
import type { Bar, Plot } from "../plot.ts";

const NAME = /^estimates\.(?<method>\w+)\.p99$/;

/** The worst function's 99th percentile for each method of estimating, on each chain. */
export function estimatePlots(figures: readonly Figure[]): Plot[] {
  const methods = figures.flatMap((figure) => {
    const method = NAME.exec(figure.figure)?.groups?.method;
    return method === undefined ? [] : [{ method, figure }];
  });
  const bars = methods.flatMap(({ method, figure: { beside } }): Bar[] =>
    Object.entries(beside).map(([label, value]) => ({
      group: method,
      label,
      value: excess(value),
      text: `${excess(value).toFixed(2)} %`,
      isOwn: label !== "eth_estimateGas",
    })),
  );
  return [
    {
      kind: "bars",
      name: "estimates",
      title: "Estimates above the gas used, 99th percentile of the worst function",
      axis: "% above the gas used",
      bars,
      goals: methods.flatMap(({ method, figure }) =>
        goalMark(figure, method).map(({ group, value }) => ({ group, value: excess(value) })),
      ),
    },
  ];
}

/** Percent of the gas used by which an estimate is above it. */
const excess = (ratio: number) => (ratio - 1) * 100;
