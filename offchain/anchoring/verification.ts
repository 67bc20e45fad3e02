import { ContractError } from "../contracts/errors.ts";
import type { LucidError } from "../errors.ts";
import { SessionError } from "../sessions/errors.ts";
import type { Session } from "../sessions/session.ts";
import type { AnchorTransaction } from "./find-anchor-transaction.ts";
import type { AnchorLocation } from "./locate-anchor.ts";

/**
 * - `verified`: everything agrees, and the contract is the one that this machine was told to ask.
 * - `unconfirmed`: everything agrees, but on the word of a contract that only the proof names.
 * - `not verified`: something disagrees.
 */
export type Verdict = "verified" | "unconfirmed" | "not verified";

/** What was held against what. */
export type VerifiedSubject = "manifest" | "files" | "owner" | "chain";

/** One thing that was checked, and everything in which it disagrees. */
export interface VerificationStep {
  readonly subject: VerifiedSubject;
  readonly findings: readonly LucidError[];
}

/** A registered content under the same id that names the same owner, for whose signature nothing is known. */
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
  readonly steps: readonly VerificationStep[];
  readonly session?: Session;
  readonly sessionId?: string;
  readonly contract: AskedContract;
  /** Since when the chain knows the session. Absent where the contract is not known: its word counts for nothing. */
  readonly anchor?: AnchorLocation & Partial<AnchorTransaction>;
  /** They change no verdict. */
  readonly otherContents: readonly OtherContent[];
}

/** The verdict that steps lead to. */
export function verdictOf(steps: readonly VerificationStep[], { isKnown }: AskedContract): Verdict {
  if (steps.some(({ findings }) => findings.length > 0)) return "not verified";
  return isKnown ? "verified" : "unconfirmed";
}

/** A check's result, or the finding that it ended with. */
export interface Checked<Value> {
  readonly value?: Value;
  readonly findings: LucidError[];
}

/**
 * Makes a finding of what is wrong with a session or with the contract that a proof names. Anything else is a fault of
 * the check itself: an endpoint that does not answer is no finding about a session.
 */
export async function collectFindings<Value>(check: () => Value | Promise<Value>): Promise<Checked<Value>> {
  try {
    return { value: await check(), findings: [] };
  } catch (error) {
    const isFinding =
      (error instanceof SessionError && error.code !== "SESSION_NOT_FOUND") ||
      (error instanceof ContractError && error.code === "CONTRACT_FOREIGN");
    if (!isFinding) throw error;
    return { findings: [error] };
  }
}
