/** One measured figure and what was measured beside it in the same run. */
export interface Figure {
  /** Its name, e.g. `gas.registerSession`. */
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
  /** The same in TRON's energy, where it is measured: of the execution alone. */
  readonly energy?: number;
  /** Peers and floors of the same run, in the same unit unless their name says otherwise. */
  readonly beside: Readonly<Record<string, number>>;
  /** The bound to reach, printed with the verdict; a figure without one is there for comparison. */
  readonly goal?: { readonly atMost: number } | { readonly atLeast: number };
}

/** A benchmark's answer: its figures, and the conditions under which they were measured. */
export interface Measurement {
  /** E.g. compiler settings, hardfork, server version: what a reader needs to repeat the run. */
  readonly conditions: Readonly<Record<string, string>>;
  readonly figures: readonly Figure[];
}

/** Whether a figure reached its goal; undefined where it has none. */
export function reachesGoal({ value, goal }: Figure): boolean | undefined {
  if (goal === undefined) return undefined;
  return "atMost" in goal ? value <= goal.atMost : value >= goal.atLeast;
}
