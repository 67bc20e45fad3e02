import type { AuditCode } from "./codes.ts";

/** Where something is wrong, as far as it can be said. */
export interface AuditPlace {
  readonly slot?: number;
  readonly epoch?: number;
  /** UUID. */
  readonly sessionId?: string;
  /** Index of a chunk in its session. */
  readonly idx?: number;
  /** Position of a recorded chunk in chain order. */
  readonly position?: number;
  readonly txid?: string;
  readonly entityId?: string;
  readonly nodeId?: string;
  readonly month?: string;
  readonly payoutId?: string;
  /** Of the document, the message or the file. */
  readonly field?: string;
  readonly file?: string;
  /** Of a link between two blocks: the slot of the earlier one. */
  readonly previousSlot?: number;
}

export type AuditValue = string | number;

/** One disagreement, as plain data that survives JSON unchanged. */
export interface AuditFinding {
  readonly code: AuditCode;
  readonly place: AuditPlace;
  readonly expected?: AuditValue;
  readonly found?: AuditValue;
  /** What would not have been found without this one. */
  readonly consequences?: readonly AuditFinding[];
}

/** Takes findings as they are made. */
export type Report = (finding: AuditFinding) => void;

/** The first field, in a given order, in which two records differ. */
export function firstDifference<Name extends string>(
  names: readonly Name[],
  expected: Partial<Record<Name, unknown>>,
  found: Partial<Record<Name, unknown>>,
): { readonly field: Name; readonly expected: AuditValue; readonly found: AuditValue } | undefined {
  const field = names.find((name) => shown(expected[name]) !== shown(found[name]));
  if (field === undefined) return undefined;
  return { field, expected: shown(expected[field]), found: shown(found[field]) };
}

/** A time as a finding shows it, in milliseconds of the store's clock. */
export const shownTime = (time: number): string => new Date(time).toISOString();

/** A window of time: until before its end. */
export const shownWindow = ({ from, until }: { readonly from: number; readonly until: number }): string =>
  `${shownTime(from)} to before ${shownTime(until)}`;

/** A value as a finding shows it. */
export function shown(value: unknown): AuditValue {
  if (value === undefined) return "absent";
  if (typeof value === "number" || typeof value === "string") return value;
  if (typeof value === "bigint") return value.toString();
  return JSON.stringify(value, (_, item) => (typeof item === "bigint" ? item.toString() : item));
}
