import { readFile, writeFile } from "node:fs/promises";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { type AuditProgress, type AuditState, audit } from "../../offchain/audit/audit.ts";
import { compareReports, type ReportComparison } from "../../offchain/audit/compare-reports.ts";
import { AuditError } from "../../offchain/audit/errors.ts";
import { auditPage } from "../../offchain/audit/html/page.ts";
import { type AuditReport, makeReport, parseReport, reportText } from "../../offchain/audit/report.ts";
import { ResumeFile } from "../../offchain/audit/resume-file.ts";
import { type SlotRow, slotRows } from "../../offchain/audit/slot-rows.ts";
import { SettingsError } from "../../offchain/config/errors.ts";
import { WINDOW_LAG_SLOTS } from "../../offchain/consensus/parameters.ts";
import { slotsOfEpoch } from "../../offchain/consensus/slot-time.ts";
import { hasKey, readWallet } from "../keys.ts";
import { parseWhole } from "../options.ts";
import { runTask, type Terminal } from "../run-task.ts";
import { type AuditContext, openAudit } from "./open-audit.ts";
import { printReport } from "./print-report.ts";

interface AuditArguments {
  from: string | undefined;
  to: string | undefined;
  epoch: string | undefined;
  tronFromBlock: string | undefined;
  report: string | undefined;
  compare: string | undefined;
  html: string | undefined;
  restart: boolean;
  json: boolean;
}

export default async function auditTask(args: AuditArguments, hre: HardhatRuntimeEnvironment) {
  return await runTask(args, async (terminal, signal) => {
    const range = rangeOf(args);
    const { tronFromBlock: asked } = args;
    const firstBlock = asked === undefined ? undefined : parseWhole("--tron-from-block", asked);
    // What cannot be compared or signed is told before hours of work.
    const other = args.compare === undefined ? undefined : await readReport(args.compare);
    const auditor = (await hasKey(hre, "LUCID_AUDITOR_KEY"))
      ? await readWallet(hre, "LUCID_AUDITOR_KEY", "it signs the report")
      : undefined;
    await using context = await openAudit(hre, { firstBlock, signal });
    const { settings, modules } = context;
    const { domain } = modules.chain;
    const subject = {
      ...domain,
      store: modules.store.description.location,
      ...range,
      payouts: payoutsSubject(context),
    };
    const resume = new ResumeFile(settings.dataDir, subject, Date.now);
    const state = args.restart ? undefined : await resume.read(modules.store);
    if (state !== undefined) terminal.progress(`going on where an earlier audit ended (${resume.path})`);
    const options = {
      ...range,
      state,
      signal,
      onProgress: (progress: AuditProgress) => showProgress(terminal, progress),
      onStep: (step: () => AuditState) => resume.keep(step),
    };
    const result = await audit(options, modules);
    const report = await makeReport(result, Date.now(), auditor);
    const comparison =
      other === undefined ? undefined : compareReports(report, other, args.compare as string);
    if (args.report !== undefined) await writeText(args.report, reportText(report));
    if (args.html !== undefined) {
      const slots: SlotRow[] = [];
      for await (const row of slotRows(report.range, modules.store)) slots.push(row);
      await writeText(args.html, auditPage(report, slots));
    }
    await resume.remove();
    printReport(terminal, report, comparison);
    const failed = report.findings.length > 0 || (comparison !== undefined && differs(comparison));
    return { value: { ...report, ...(comparison && { comparison }) }, failed };
  });
}

/** What changes what is found about payouts. */
function payoutsSubject({ settings, modules }: AuditContext): string {
  const { tronChainId, usdtTrc20, payoutRouterV0, payoutRouterKyc, checkpointQuorum, addresses } = settings;
  const { LUCID_PLANNER_ADDRESS: planner, LUCID_APPROVER_ADDRESS: approver } = addresses;
  const isPaid = modules.tron !== undefined;
  return [
    tronChainId,
    usdtTrc20,
    payoutRouterV0,
    payoutRouterKyc,
    checkpointQuorum,
    planner,
    approver,
    isPaid,
  ].join();
}

const differs = ({ isSameHistory, onlyHere, onlyThere }: ReportComparison) =>
  !isSameHistory || onlyHere.length > 0 || onlyThere.length > 0;

/** @throws {SettingsError} ARGUMENT_INVALID */
function rangeOf({ from, to, epoch }: AuditArguments): {
  readonly from: number | undefined;
  readonly to: number | undefined;
} {
  if (epoch === undefined) {
    return {
      from: from === undefined ? undefined : parseWhole("--from", from),
      to: to === undefined ? undefined : parseWhole("--to", to),
    };
  }
  if (from !== undefined || to !== undefined) {
    const expected = "given alone, without --from and --to";
    throw new SettingsError({ code: "ARGUMENT_INVALID", argument: "--epoch", value: epoch, expected });
  }
  const { first, last } = slotsOfEpoch(parseWhole("--epoch", epoch));
  // Its last slot is closed, and its root known, when the slot two slots later is decided.
  return { from: first, to: last + WINDOW_LAG_SLOTS };
}

const UNITS = {
  registrations: "records",
  slots: "slots",
  sessions: "sessions",
  events: "blocks",
  "recorded chunks": "chunks",
  transactions: "transactions",
  payouts: "months",
  payments: "blocks",
} as const;

function showProgress(terminal: Terminal, { phase, done, total = done }: AuditProgress): void {
  terminal.bar({ text: `auditing ${phase}`, done, total, unit: UNITS[phase] });
}

async function readReport(file: string): Promise<AuditReport> {
  const text = await readFile(file, "utf8").catch((cause: Error) => {
    throw new AuditError({ code: "REPORT_MALFORMED", file, reason: cause.message }, { cause });
  });
  return parseReport(text, file);
}

async function writeText(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((cause: Error) => {
    throw new AuditError({ code: "REPORT_UNWRITABLE", file, reason: cause.message }, { cause });
  });
}
