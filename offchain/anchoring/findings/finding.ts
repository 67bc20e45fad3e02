/** Where something disagrees, as far as that is known. */
export interface FindingPlace {
  /** UUID. */
  readonly sessionId?: string;
  /** Index of the chunk in its session. */
  readonly idx?: number;
  /** Path of a file or folder. */
  readonly file?: string;
  /** Of the manifest or of the session in a proof. */
  readonly field?: string;
  /** Address of the contract that was asked, or that a proof names. */
  readonly contract?: string;
  readonly txid?: string;
  readonly blockNumber?: number;
}

/** What was found at a place, and what would have agreed, where both can be said in one value. */
export interface Disagreement {
  readonly place: FindingPlace;
  readonly expected?: string | number;
  readonly found?: string | number;
}

/**
 * One disagreement that a check found, as plain data that survives JSON unchanged, so that printing or storing it needs
 * no error classes.
 */
export interface Finding<Subject extends string = string> extends Disagreement {
  /** What was checked. */
  readonly subject: Subject;
  /** Stable; docs/errors.md explains each. */
  readonly code: string;
  /** For people: what disagrees, with the values, and what to do. */
  readonly message: string;
  /** The values of the error of this code. */
  readonly details: Readonly<Record<string, unknown>>;
}
