import { formatTable } from "../../../tasks/table.ts";
import { type Figure, type Measurement, reachesGoal } from "../figure.ts";

/** A table that a mail or a page of documentation shows whole. */
const MAX_COLUMNS = 100;

/** The table for people: conditions, figures, and what was measured beside them. */
export function printMeasurement({ conditions, figures }: Measurement): void {
  for (const [name, value] of Object.entries(conditions)) console.log(`${name}: ${value}`);
  const hasEnergy = figures.some(({ energy }) => energy !== undefined);
  const rows = figures.map((figure) => ({
    figure: figure.figure,
    value: Number(figure.value.toPrecision(6)),
    unit: figure.unit,
    ...(hasEnergy && { energy: energyText(figure) }),
    goal: goalText(figure),
    reached: { true: "yes", false: "NO", undefined: "" }[String(reachesGoal(figure))],
  }));
  for (const line of formatTable(rows, MAX_COLUMNS)) console.log(line);
  for (const { figure, unit, beside } of figures) {
    for (const [peer, value] of Object.entries(beside)) {
      console.log(`  beside ${figure}: ${Number(value.toPrecision(5))} ${unit}  ${peer}`);
    }
  }
}

function energyText({ energy }: Figure): string {
  return energy === undefined ? "" : `${Number(energy.toPrecision(6))}`;
}

function goalText({ goal }: Figure): string {
  if (goal === undefined) return "";
  return "atMost" in goal ? `<= ${goal.atMost}` : `>= ${goal.atLeast}`;
}
