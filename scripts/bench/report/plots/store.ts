import type { Figure } from "../../figure.ts";
import { barsBeside } from "../pick.ts";
import type { Plot } from "../plot.ts";

const INSERT = /^store\.(?<what>\w+\.\w*[iI]nsert)VsBare$/;
const GROUPS: Readonly<Record<string, string>> = {
  "embedded.insert": "embedded: proofs",
  "mongo.insert": "MongoDB: proofs, stamped by the server",
  "mongo.plainInsert": "MongoDB: chunks",
};

/** Documents inserted a second, beside the bare databases. */
export function storePlots(figures: readonly Figure[]): Plot[] {
  const bars = figures.flatMap((figure) => {
    const what = INSERT.exec(figure.figure)?.groups?.what;
    if (what === undefined) return [];
    const isOwn = (label: string) => label === "store";
    return barsBeside(figure, /,? (proofs|chunks)\/s$/, GROUPS[what] ?? what, isOwn);
  });
  const title = "Inserts a second, beside the bare databases";
  return [{ kind: "bars", name: "store-inserts", title, axis: "documents a second", bars }];
}
