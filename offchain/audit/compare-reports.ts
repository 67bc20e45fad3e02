import { AuditError } from "./errors.ts";
import type { AuditFinding } from "./finding.ts";
import type { AuditReport } from "./report.ts";

/** How two auditors' reports about the same slots compare. */
export interface ReportComparison {
  readonly auditor: string;
  /** Whether both saw the same records, decisions and blocks. */
  readonly isSameHistory: boolean;
  readonly onlyHere: readonly AuditFinding[];
  readonly onlyThere: readonly AuditFinding[];
}

/**
 * Holds one report against another.
 *
 * @param file of the other one, for the error
 * @throws {AuditError} REPORT_NOT_COMPARABLE
 */
export function compareReports(own: AuditReport, other: AuditReport, file: string): ReportComparison {
  const text = ({ deployment, range }: AuditReport) => ({
    deployment: `${deployment.anchors} on chain ${deployment.chainId}`,
    range: `slots ${range.first} to ${range.last}`,
  });
  const [here, there] = [text(own), text(other)];
  for (const field of ["deployment", "range"] as const) {
    if (here[field] === there[field]) continue;
    throw new AuditError({
      code: "REPORT_NOT_COMPARABLE",
      file,
      field,
      own: here[field],
      other: there[field],
    });
  }
  const keys = (report: AuditReport) => new Set(report.findings.map(keyOf));
  const [ownKeys, otherKeys] = [keys(own), keys(other)];
  return {
    auditor: other.auditor ?? "nobody",
    isSameHistory: own.digest === other.digest,
    onlyHere: own.findings.filter((finding) => !otherKeys.has(keyOf(finding))),
    onlyThere: other.findings.filter((finding) => !ownKeys.has(keyOf(finding))),
  };
}

/** What is wrong and where; paths of files differ from one auditor to the other. */
const keyOf = ({ code, place: { file: _, ...place } }: AuditFinding) =>
  JSON.stringify([code, Object.entries(place).sort()]);
