import canonicalize from "canonicalize";
import { isAddress, verifyMessage, type Wallet } from "ethers";
import { z } from "zod";
import { parseJsonAs } from "../parse-json-as.ts";
import { AUDIT_CODES } from "./codes.ts";
import type { Concentration } from "./concentration.ts";
import { AuditError } from "./errors.ts";
import type { AuditFinding } from "./finding.ts";

/** Raised with every change of what a report holds. */
const REPORT_VERSION = 2;

/** What an audit came to. */
export interface AuditResult {
  readonly deployment: { readonly chainId: number; readonly anchors: string };
  /** Slots, both included. */
  readonly range: { readonly first: number; readonly last: number };
  /** keccak256 over the audited slots: two audits with the same saw the same records, decisions and blocks. */
  readonly digest: string;
  readonly counts: Readonly<Record<string, number>>;
  /** Proofs that do not count, by reason. */
  readonly refusals: Readonly<Record<string, number>>;
  readonly gas: readonly { readonly purpose: string; readonly count: number; readonly gas: string }[];
  readonly payouts: readonly { readonly status: string; readonly count: number; readonly amount: string }[];
  readonly credits: readonly { readonly entityId: string; readonly credits: number }[];
  readonly concentration: Concentration;
  /** What could not be audited, for want of settings. */
  readonly notAudited: readonly string[];
  /** Causes, each with what follows from it. */
  readonly findings: readonly AuditFinding[];
}

/** A result with its auditor's signature: EIP-191 over the report's canonical JSON without the signature. */
export interface AuditReport extends AuditResult {
  readonly version: number;
  /** ISO 8601. */
  readonly auditedAt: string;
  /** Absent where it is not signed. */
  readonly auditor?: string;
  readonly signature?: string;
}

const value = z.union([z.string(), z.number()]);
const count = z.number().nonnegative();
const range = z.strictObject({ first: z.int(), last: z.int() });
const findingSchema: z.ZodType<AuditFinding> = z.lazy(() =>
  z.strictObject({
    code: z.enum(AUDIT_CODES),
    place: z.record(z.string(), value),
    expected: value.optional(),
    found: value.optional(),
    consequences: z.array(findingSchema).optional(),
  }),
) as z.ZodType<AuditFinding>;

const reportSchema = z.strictObject({
  version: z.literal(REPORT_VERSION),
  auditedAt: z.iso.datetime(),
  auditor: z
    .string()
    .refine((text) => isAddress(text))
    .optional(),
  signature: z
    .string()
    .regex(/^0x[0-9a-f]{130}$/)
    .optional(),
  deployment: z.strictObject({ chainId: z.int(), anchors: z.string() }),
  range,
  digest: z.string(),
  counts: z.record(z.string(), count),
  refusals: z.record(z.string(), count),
  gas: z.array(z.strictObject({ purpose: z.string(), count, gas: z.string() })),
  payouts: z.array(z.strictObject({ status: z.string(), count, amount: z.string() })),
  credits: z.array(z.strictObject({ entityId: z.string(), credits: count })),
  concentration: z.strictObject({
    owners: z.array(
      z.strictObject({ entityId: z.string(), owner: z.string(), credits: count, ownerCredits: count }),
    ),
    nodes: z.array(z.strictObject({ nodeId: z.string(), answered: count, asked: count, ofAll: count })),
  }),
  notAudited: z.array(z.string()),
  findings: z.array(findingSchema),
});

/** What an auditor signs. */
function signedText({ signature: _, ...report }: AuditReport): string {
  return canonicalize(report) as string;
}

/** @param auditor signs where it is given */
export async function makeReport(
  result: AuditResult,
  auditedAt: number,
  auditor?: Wallet,
): Promise<AuditReport> {
  const report: AuditReport = {
    version: REPORT_VERSION,
    auditedAt: new Date(auditedAt).toISOString(),
    ...(auditor && { auditor: auditor.address.toLowerCase() }),
    ...result,
  };
  if (auditor === undefined) return report;
  return { ...report, signature: await auditor.signMessage(signedText(report)) };
}

export const reportText = (report: AuditReport): string => `${JSON.stringify(report, undefined, 2)}\n`;

/**
 * Reads another auditor's report and checks its signature.
 *
 * @param file where it came from, for the error
 * @throws {AuditError} REPORT_MALFORMED, REPORT_SIGNATURE_INVALID
 */
export function parseReport(text: string, file: string): AuditReport {
  const parsed = parseJsonAs(reportSchema, text);
  if ("reason" in parsed) throw new AuditError({ code: "REPORT_MALFORMED", file, reason: parsed.reason });
  const report = parsed.value as AuditReport;
  const { auditor, signature } = report;
  if (auditor === undefined || signature === undefined) {
    throw new AuditError({
      code: "REPORT_SIGNATURE_INVALID",
      file,
      auditor: auditor ?? "nobody",
      signer: "nobody",
    });
  }
  const signer = signerOf(signedText(report), signature);
  if (signer !== auditor) throw new AuditError({ code: "REPORT_SIGNATURE_INVALID", file, auditor, signer });
  return report;
}

function signerOf(text: string, signature: string): string {
  try {
    return verifyMessage(text, signature).toLowerCase();
  } catch {
    // Ethers throws where no key can have made the signature.
    return "nobody";
  }
}
