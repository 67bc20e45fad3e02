/** What is done with a row that a router refused, or whose transaction failed. */
export type AfterRefusal =
  /** Tried again, up to {@link MAX_ATTEMPTS} times in one run. */
  | {
      readonly kind: "again";
      readonly error: string;
      readonly isBatchTooLong: boolean;
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
  const isBatchTooLong = error === "OUT_OF_TIME";
  return { kind: "again", error: text, isBatchTooLong };
}
