/** What every error carries: a code of its module's closed set, and the values that explain it. */
export interface ErrorDetails {
  readonly code: string;
}

/**
 * The base of every error that Lucid throws on purpose.
 *
 * Callers switch on `code` and read `details`; the message is for people and says what happened, with the
 * values, and what to do. Each module derives one class with a closed union of details. The comment beside a code
 * says why the error occurs and how to solve it; `npm run docs:codes` writes docs/errors.md from these comments.
 */
export abstract class LucidError<Details extends ErrorDetails = ErrorDetails> extends Error {
  readonly details: Details;

  constructor(details: Details, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.details = details;
  }

  get code(): Details["code"] {
    return this.details.code;
  }
}
