/** A failure that a node reports as `{"Error": "class NAME : MESSAGE"}` with status 200. */
export class JavaError extends Error {
  /** Full name of the exception's class. */
  readonly className: string;

  constructor(className: string, message: string) {
    super(message);
    this.name = "JavaError";
    this.className = className;
  }

  /** What the body's `Error` says. */
  get text(): string {
    return `class ${this.className} : ${this.message}`;
  }
}

/** Codes of a broadcast that was not accepted. BANDWITH_ERROR is the protocol's own spelling. */
export type RefusalCode =
  | "SIGERROR"
  | "CONTRACT_VALIDATE_ERROR"
  | "CONTRACT_EXE_ERROR"
  | "BANDWITH_ERROR"
  | "DUP_TRANSACTION_ERROR"
  | "TAPOS_ERROR"
  | "TOO_BIG_TRANSACTION_ERROR"
  | "TRANSACTION_EXPIRATION_ERROR"
  | "SERVER_BUSY"
  | "NO_CONNECTION"
  | "NOT_ENOUGH_EFFECTIVE_CONNECTION"
  | "OTHER_ERROR";

/** A transaction that the node does not take, with the code and the text of its answer. */
export class Refusal extends Error {
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string) {
    super(message);
    this.name = "Refusal";
    this.code = code;
  }
}

/** The exception of an actuator's check, which an answer words in one of three ways. */
export class ContractInvalid extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ContractInvalid";
  }
}

/** A failure whose text names no class. */
export class PlainError extends Error {}
