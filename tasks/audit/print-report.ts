import type { ReportComparison } from "../../offchain/audit/compare-reports.ts";
import type { AuditFinding } from "../../offchain/audit/finding.ts";
import type { AuditReport } from "../../offchain/audit/report.ts";
import type { Terminal } from "../run-task.ts";

/** Findings that are printed; --report and --json have all. */
const MAX_PRINTED = 50;

/** Prints what was audited, what was found and, where it was compared, how another report differs. */
export function printReport(
  terminal: Terminal,
  report: AuditReport,
  comparison: ReportComparison | undefined,
): void {
  const { range, counts, findings, notAudited } = report;
  const { findings: _, ...audited } = counts;
  terminal.line(`Slots ${range.first} to ${range.last}, digest ${report.digest}`);
  terminal.table(Object.entries(audited).map(([what, count]) => ({ audited: what, count })));
  if (notAudited.length > 0) terminal.line(`Not audited, for want of settings: ${notAudited.join(", ")}.`);
  printConcentration(terminal, report);
  terminal.line();
  terminal.line(findings.length === 0 ? "Nothing was found." : `${findings.length} found:`);
  printFindings(terminal, findings);
  if (comparison === undefined) return;
  terminal.line();
  printComparison(terminal, comparison);
}

function printFindings(terminal: Terminal, findings: readonly AuditFinding[]): void {
  for (const { code, place, expected, found, consequences = [] } of findings.slice(0, MAX_PRINTED)) {
    const at = Object.entries(place).map(([name, value]) => `${name} ${value}`);
    terminal.line(`${code} at ${at.join(", ")}`);
    if (expected !== undefined) terminal.line(`  expected  ${expected}`);
    if (found !== undefined) terminal.line(`  found     ${found}`);
    if (consequences.length > 0) {
      const codes = [...new Set(consequences.map((one) => one.code))].join(", ");
      terminal.line(`  from it follow ${consequences.length}: ${codes}`);
    }
  }
  if (findings.length > MAX_PRINTED)
    terminal.line(`… and ${findings.length - MAX_PRINTED} more (--report, --json)`);
}

/** The largest dependencies: whose sessions an entity lives on, and who answers for the corpus. */
function printConcentration(terminal: Terminal, { concentration: { owners, nodes } }: AuditReport): void {
  const percent = (part: number, whole: number) => `${whole === 0 ? 0 : Math.round((100 * part) / whole)} %`;
  const [owner] = owners;
  if (owner !== undefined && owner.credits > 0) {
    const share = percent(owner.ownerCredits, owner.credits);
    terminal.line(
      `Most dependent on one owner: ${owner.entityId}, ${share} of its credits from ${owner.owner}.`,
    );
  }
  const [node] = nodes;
  if (node !== undefined && node.ofAll > 0) {
    const [answered, ofAll] = [percent(node.answered, node.asked), percent(node.answered, node.ofAll)];
    terminal.line(
      `Most storage answers: ${node.nodeId}, ${answered} of its challenges, ${ofAll} of all answers.`,
    );
  }
}

function printComparison(terminal: Terminal, comparison: ReportComparison): void {
  const { auditor, isSameHistory, onlyHere, onlyThere } = comparison;
  const history = isSameHistory ? "the same history" : "ANOTHER history: the digests differ";
  terminal.line(`Compared with the report of ${auditor}, who saw ${history}.`);
  if (onlyHere.length > 0) terminal.line(`Found here alone (${onlyHere.length}):`);
  printFindings(terminal, onlyHere);
  if (onlyThere.length > 0) terminal.line(`Found there alone (${onlyThere.length}):`);
  printFindings(terminal, onlyThere);
  if (onlyHere.length + onlyThere.length === 0) terminal.line("Both found the same.");
}
