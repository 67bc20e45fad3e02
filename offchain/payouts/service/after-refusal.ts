/** What is done with a row that a router refused, or whose transaction failed. */
export type AfterRefusal =
  /** Tried again, up to {@link MAX_ATTEMPTS} times in one run. */
  | {
      readonly kind: "again";
      readonly error: string;
    }
  /** Its approval does not hold any more. */
  | { readonly kind: "hold" }
  /** The ledger says that it was voided; to be checked in the solidified state. */
  | { readonly kind: "voided" }
  /** The ledger says that it was paid, so it never is again. */
  | { readonly kind: "spent" }
  /** A person has to look. */
  | { readonly kind: "failed"; readonly error: string };

/** `error` of a payout that the ledger knows as paid, though not by the transaction that it was sent with. */
export const PAID_ELSEWHERE = "paid by another transaction";
/** `error` of a row that used up the energy that a row of a batch is given: it is sent by itself. */
export const OUT_OF_ROW_ENERGY = "OutOfEnergy";

/** A cause that is still there after as many transactions will not go away by a further one. */
export const MAX_ATTEMPTS = 3;

/** The result of a transaction that took more time than a node gives one. */
const OUT_OF_TIME = "OUT_OF_TIME";

/** What is kept of a batch that ran out of time: its size, from which the next one's follows. */
export const batchValues = (error: string, values: Readonly<Record<string, string>>, rows: number) =>
  error === OUT_OF_TIME ? { rows: String(rows) } : values;

/** Whether a refusal says something about the row, and not about the size of its batch. */
export const isAttempt = (error: string, rows: number) => error !== OUT_OF_TIME || rows === 1;

/** How many rows a batch may have after one that ran out of time, as `error` tells of it. */
export function rowsAfter(error: string | undefined): number | undefined {
  const [, rows] = /^OUT_OF_TIME: rows (\d{1,4})\b/.exec(error ?? "") ?? [];
  return rows === undefined ? undefined : Math.max(1, Number(rows) >> 1);
}

const APPROVAL_ERRORS = new Set(["ComplianceExpired", "NotCompliance", "PayeeIsRevoked"]);

/**
 * @param error name of the contract's error, or the receipt's result
 * @param attempts transactions in which the row was refused in this run, this one included
 */
export function afterRefusal(
  error: string,
  values: Readonly<Record<string, string>>,
  attempts: number,
): AfterRefusal {
  if (error === "PayoutNotUnused") {
    return { kind: values.status === "2" ? "voided" : "spent" };
  }
  const shown = Object.entries(values).map(([name, value]) => `${name} ${value}`);
  const text = shown.length === 0 ? error : `${error}: ${shown.join(", ")}`;
  if (attempts >= MAX_ATTEMPTS) return { kind: "failed", error: text };
  if (APPROVAL_ERRORS.has(error)) return { kind: "hold" };
  return { kind: "again", error: text };
}
