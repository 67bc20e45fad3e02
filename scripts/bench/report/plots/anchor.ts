import type { Figure } from "../../figure.ts";
import { barsBeside, figureNamed } from "../pick.ts";
import type { Plot } from "../plot.ts";

const RATE = /, sessions a second$/;
const isOwn = (label: string) => !label.includes("loop");

/** Sessions a second, in a tree, in batches and one by one, beside the bare loops. */
export function anchorPlots(figures: readonly Figure[]): Plot[] {
  const tree = figureNamed(figures, "anchor.tree.vsFloor");
  return [
    {
      kind: "bars",
      name: "anchor-rates",
      title: "Anchors a second, a block every second",
      axis: "sessions a second",
      bars: [
        ...barsBeside(figureNamed(figures, "anchor.batch.vsLoop"), RATE, "many at once", isOwn),
        ...barsBeside(figureNamed(figures, "anchor.single.vsNonceManager"), RATE, "one by one", isOwn),
      ],
    },
    {
      kind: "bars",
      name: "anchor-tree",
      title: "A tree of sessions, from their folders to the stored proofs",
      axis: "seconds",
      bars: barsBeside(tree, /, s$/, "in turn with its floor", (label) => label !== "floor"),
    },
  ];
}
