import type { Figure } from "../../figure.ts";
import { besideNamed } from "../pick.ts";
import type { LinePlot, Plot, Point } from "../plot.ts";

const NAME = /^scale\.(?<sessions>\d+)\.(?<command>.+)$/;

/** Time and memory of whole commands as the store's sessions grow. */
export function scalePlots(figures: readonly Figure[]): Plot[] {
  const plot = (name: string, title: string, y: string, of: (figure: Figure) => number): LinePlot => ({
    kind: "lines",
    name,
    title,
    x: { title: "sessions in the store", isLogarithmic: true },
    y: { title: y, isLogarithmic: true },
    points: figures.flatMap((figure): Point[] => {
      const { sessions, command: series } = NAME.exec(figure.figure)?.groups ?? {};
      return series === undefined ? [] : [{ series, x: Number(sessions), y: of(figure) }];
    }),
  });
  return [
    plot("scale-time", "Commands as sessions grow: wall time", "seconds", ({ value }) => value),
    plot("scale-memory", "Commands as sessions grow: peak of memory", "MB resident", (figure) =>
      besideNamed(figure, "MB resident"),
    ),
  ];
}
