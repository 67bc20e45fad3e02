/** `unchecked` is for what could not be looked at, `trusted` for what only a file says. */
export type StepState = "holds" | "disagrees" | "trusted" | "unchecked";

export interface StepFinding {
  readonly code: string;
  readonly message: string;
}

/** A sentence, or a value with its name. */
export type Line = string | { readonly label: string; readonly value: string };

/** One thing that was checked. */
export interface Step {
  readonly title: string;
  readonly state: StepState;
  /** What was seen. */
  readonly lines: readonly Line[];
  readonly findings: readonly StepFinding[];
}

/** `unchecked`: nothing disagrees, but not all of it was checked. `failed`: the check itself could not be made. */
export type ReportVerdict = "verified" | "unconfirmed" | "not verified" | "unchecked" | "failed";

/** What the page found out about one proof or statement. */
export interface Report {
  /** The file's name. */
  readonly name: string;
  readonly verdict: ReportVerdict;
  /** What follows, in one or two sentences. */
  readonly summary: string;
  readonly steps: readonly Step[];
  readonly notProven: readonly string[];
  /** The document that the command line prints with --json. */
  readonly json: unknown;
}

/** The step's state where it was checked. */
export function stateOf(findings: readonly StepFinding[]): StepState {
  return findings.length === 0 ? "holds" : "disagrees";
}
