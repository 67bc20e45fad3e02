import { type ErrorDetails, LucidError } from "../errors.ts";

/**
 * A file is missing, or is not an audit report of this version.
 * @remedy Use a file that `audit --report` wrote.
 */
interface ReportMalformed extends ErrorDetails {
  readonly code: "REPORT_MALFORMED";
  readonly file: string;
  readonly reason: string;
}
/**
 * A report is not signed, or not by the auditor that it names.
 * @remedy Ask the auditor for the original, signed with `LUCID_AUDITOR_KEY`.
 */
interface ReportSignatureInvalid extends ErrorDetails {
  readonly code: "REPORT_SIGNATURE_INVALID";
  readonly file: string;
  /** Whose report it is said to be. */
  readonly auditor: string;
  readonly signer: string;
}
/**
 * Two reports are about different deployments or slots.
 * @remedy Audit the same: `--from`, `--to`.
 */
interface ReportOfAnother extends ErrorDetails {
  readonly code: "REPORT_NOT_COMPARABLE";
  readonly file: string;
  readonly field: string;
  readonly own: string;
  readonly other: string;
}
/**
 * A report's file could not be written.
 * @remedy Name a file in a folder that exists and may be written.
 */
interface ReportUnwritable extends ErrorDetails {
  readonly code: "REPORT_UNWRITABLE";
  readonly file: string;
  readonly reason: string;
}
/**
 * No slot of the range is decided.
 * @remedy Correct `--from`, `--to` or `--epoch`, or check `LUCID_STORE`.
 */
interface AuditRangeEmpty extends ErrorDetails {
  readonly code: "AUDIT_RANGE_EMPTY";
  readonly first: number;
  readonly last: number;
  /** The last slot that is decided; undefined where none is. */
  readonly newest: number | undefined;
}

export type AuditErrorDetails =
  | ReportMalformed
  | ReportSignatureInvalid
  | ReportOfAnother
  | ReportUnwritable
  | AuditRangeEmpty;

/** An audit cannot be made or compared. What it finds is no error. */
export class AuditError extends LucidError<AuditErrorDetails> {
  constructor(details: AuditErrorDetails, options?: ErrorOptions) {
    super(details, describe(details), options);
  }
}

function describe(details: AuditErrorDetails): string {
  switch (details.code) {
    case "REPORT_MALFORMED":
      return `${details.file} is not an audit report of this version: ${details.reason}. Use a file that audit --report wrote.`;
    case "REPORT_SIGNATURE_INVALID":
      return `${details.file} names ${details.auditor} as its auditor, and was signed by ${details.signer}. Ask the auditor for the original; audit signs with LUCID_AUDITOR_KEY.`;
    case "REPORT_NOT_COMPARABLE":
      return `${details.file} is about another ${details.field}: ${details.other} there, ${details.own} here. Audit the same deployment and range (--from, --to).`;
    case "REPORT_UNWRITABLE":
      return `${details.file} was not written: ${details.reason}. Name a file in a folder that exists and may be written.`;
    case "AUDIT_RANGE_EMPTY":
      return `There is no slot to audit from ${details.first} to ${details.last}; the last one that is decided is ${details.newest ?? "none"}. Correct --from, --to or --epoch, or check LUCID_STORE.`;
  }
}
