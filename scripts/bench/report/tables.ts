import { type Figure, reachesGoal } from "../figure.ts";
import { numberText, timesText } from "./numbers.ts";

/** Units of figures that compare two measurements of one run, which another machine changes little. */
const RATIO = /^(ratio|estimate \/ used|bare transfers)/;
const GAS = /^gas/;
/** More rows than this without a goal are folded. */
const MOST_PLAIN = 15;

export const isRatio = ({ unit }: Figure) => RATIO.test(unit);

/** The figures that have a goal, ratios first. */
export function goalsTable(figures: readonly Figure[]): string[] {
  const withGoals = figures.filter(({ goal }) => goal !== undefined);
  const others = withGoals.filter((figure) => !isRatio(figure));
  return [...part("Ratios", withGoals.filter(isRatio)), ...part("Gas, counts, times and memory", others)];
}

function part(title: string, figures: readonly Figure[]): string[] {
  if (figures.length === 0) return [];
  const rows = figures.map((figure) => [
    `\`${figure.figure}\``,
    valueText(figure),
    figure.unit,
    goalText(figure),
    reachedText(figure),
  ]);
  return [`### ${title}`, "", ...table(["figure", "value", "unit", "goal", "reached"], rows), ""];
}

/** All figures of a benchmark with what was measured beside them; many that are there for comparison are folded. */
export function figuresTable(figures: readonly Figure[]): string[] {
  const plain = figures.filter(({ goal }) => goal === undefined);
  if (plain.length <= MOST_PLAIN) return rowsOf(figures);
  return [
    ...rowsOf(figures.filter(({ goal }) => goal !== undefined)),
    "",
    `<details><summary>${plain.length} figures without a goal</summary>`,
    "",
    ...rowsOf(plain),
    "",
    "</details>",
  ];
}

function rowsOf(figures: readonly Figure[]): string[] {
  const hasEnergy = figures.some(({ energy }) => energy !== undefined);
  const rows = figures.map((figure) => [
    `\`${figure.figure}\``,
    valueText(figure),
    figure.unit,
    ...(hasEnergy ? [figure.energy === undefined ? "" : numberText(figure.energy)] : []),
    [goalText(figure), reachedText(figure)].filter((text) => text !== "").join(", "),
    besideText(figure),
  ]);
  return table(
    ["figure", "value", "unit", ...(hasEnergy ? ["energy"] : []), "goal", "beside it, in the same run"],
    rows,
  );
}

function goalText({ goal }: Figure): string {
  if (goal === undefined) return "";
  return "atMost" in goal ? `≤ ${numberText(goal.atMost)}` : `≥ ${numberText(goal.atLeast)}`;
}

const valueText = ({ value }: Figure) => numberText(value);

/** A missed goal must not be overlooked. */
function reachedText(figure: Figure): string {
  return { true: "yes", false: "**missed**", undefined: "" }[String(reachesGoal(figure))] ?? "";
}

/** Peers of gas with how many times as much they take: the unit of the others may be another one. */
function besideText({ value: own, unit, beside }: Figure): string {
  return Object.entries(beside)
    .map(([name, value]) => {
      const times = GAS.test(unit) && value !== own ? ` (${timesText(value / own)})` : "";
      return `${escaped(name)}: ${numberText(value)}${times}`;
    })
    .join("<br>");
}

const escaped = (text: string) => text.replaceAll("|", "\\|").replaceAll("<", "&lt;");

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  // Numbers are read from their last digit.
  const align = head.map((name) => (["value", "energy"].includes(name) ? "---:" : "---"));
  return [line(head), line(align), ...rows.map(line)];
}
