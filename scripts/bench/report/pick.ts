import type { Figure } from "../figure.ts";
import type { Bar } from "./plot.ts";

/** @throws where a benchmark no longer measures it: the plot that asks is out of date */
export function figureNamed(figures: readonly Figure[], name: string): Figure {
  const found = figures.find(({ figure }) => figure === name);
  if (found === undefined) throw new Error(`no figure is named ${name}`);
  return found;
}

/** The numbers beside a figure whose names end with a unit, without that unit. */
export function besideIn({ figure, beside }: Figure, unit: RegExp): { label: string; value: number }[] {
  const found = Object.entries(beside)
    .filter(([name]) => unit.test(name))
    .map(([name, value]) => ({ label: name.replace(unit, "").trim(), value }));
  if (found.length === 0) throw new Error(`nothing beside ${figure} is in ${unit}`);
  return found;
}

/** @throws where a benchmark no longer measures it */
export function besideNamed({ figure, beside }: Figure, name: string): number {
  const value = beside[name];
  if (value === undefined) throw new Error(`nothing beside ${figure} is named ${name}`);
  return value;
}

/** What is beside a figure in a unit, as one group of bars. */
export function barsBeside(
  figure: Figure,
  unit: RegExp,
  group: string,
  isOwn: (label: string) => boolean,
): Bar[] {
  return besideIn(figure, unit).map(({ label, value }) => ({ group, label, value, isOwn: isOwn(label) }));
}

/** The bound of a goal, as a plot marks it. */
export function goalMark({ goal }: Figure, group: string): { group: string; value: number }[] {
  if (goal === undefined) return [];
  return [{ group, value: "atMost" in goal ? goal.atMost : goal.atLeast }];
}
