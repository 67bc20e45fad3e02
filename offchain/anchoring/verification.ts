import { ContractError } from "../contracts/errors.ts";
import type { LucidError } from "../errors.ts";
import { SessionError } from "../sessions/errors.ts";
import type { Session } from "../sessions/session.ts";
import type { AnchorTransaction } from "./find-anchor-transaction.ts";
import type { Finding, FindingPlace } from "./findings/finding.ts";
import { findingOf } from "./findings/finding-of.ts";
import type { AnchorLocation } from "./locate-anchor.ts";

/**
 * - `verified`: everything agrees, and the contract is one that this installation knows.
 * - `unconfirmed`: everything agrees, but only the proof says that the contract is LucidAnchors.
 * - `not verified`: something disagrees.
 */
export type Verdict = "verified" | "unconfirmed" | "not verified";

/** What was checked. */
export type VerifiedSubject = "manifest" | "files" | "owner" | "chain";

/** A registered content under the same id that names the same owner, for which no signature is known. */
export interface OtherContent extends AnchorTransaction {
  readonly commitment: string;
  readonly manifestHash: string;
}

/** The contract that was asked. */
export interface AskedContract {
  readonly address: string;
  /** In decimal digits. */
  readonly chainId: string;
  /** Known from a setting, a deployment record or the command line, and not from a proof alone. */
  readonly isKnown: boolean;
}

export interface Verification {
  readonly verdict: Verdict;
  /** What was checked, in this order. */
  readonly checked: readonly VerifiedSubject[];
  /** Every disagreement, in the order of the checks. */
  readonly findings: readonly Finding<VerifiedSubject>[];
  readonly session?: Session;
  readonly sessionId?: string;
  readonly contract: AskedContract;
  /** Since when the chain knows the session. Absent if the contract is not known, since its answers prove nothing. */
  readonly anchor?: AnchorLocation & Partial<AnchorTransaction>;
  /** They do not affect the verdict. */
  readonly otherContents: readonly OtherContent[];
}

/** The check of one subject: its errors, and their place as far as the errors do not say. */
export interface CheckedSubject {
  readonly subject: VerifiedSubject;
  readonly errors: readonly LucidError[];
  readonly place: FindingPlace;
}

/** The outcome of the checks: the verdict, and the findings as plain data. */
export function conclude(
  checks: readonly CheckedSubject[],
  contract: AskedContract,
): Pick<Verification, "verdict" | "checked" | "findings" | "contract"> {
  const findings = checks.flatMap(({ subject, errors, place }) =>
    errors.map((error) => findingOf(subject, error, place)),
  );
  const agrees = contract.isKnown ? "verified" : "unconfirmed";
  return {
    verdict: findings.length > 0 ? "not verified" : agrees,
    checked: checks.map(({ subject }) => subject),
    findings,
    contract,
  };
}

/** A check's result, or the error that it ended with. */
export interface Checked<Value> {
  readonly value?: Value;
  readonly errors: readonly LucidError[];
}

/**
 * Collects what is wrong with a session or with the contract that a proof names. Any other error is a
 * failure of the check itself: an endpoint that does not answer is not a finding about a session.
 */
export async function collectErrors<Value>(check: () => Value | Promise<Value>): Promise<Checked<Value>> {
  try {
    return { value: await check(), errors: [] };
  } catch (error) {
    const isFinding =
      (error instanceof SessionError && error.code !== "SESSION_NOT_FOUND") ||
      (error instanceof ContractError && error.code === "CONTRACT_FOREIGN");
    if (!isFinding) throw error;
    return { errors: [error] };
  }
}
