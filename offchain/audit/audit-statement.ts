import { ConsensusError } from "../consensus/errors.ts";
import { requireApproved } from "../payouts/earlier-statements.ts";
import { PayoutError } from "../payouts/errors.ts";
import type { Month } from "../payouts/month.ts";
import { type PlanDeployment, type PlanModules, reproducePlan } from "../payouts/plan-month.ts";
import type { RowTerms } from "../payouts/service/verify-row.ts";
import type { StoredStatement } from "../payouts/statement-folder.ts";
import type { AuditCode } from "./codes.ts";
import type { AuditFinding, Report } from "./finding.ts";

export interface AuditStatementModules {
  readonly plan: PlanModules;
  readonly deploymentOf: (month: Month) => PlanDeployment;
  /** Who signs, for which routers; undefined where the settings do not say, and requests' signatures are left out. */
  readonly terms: RowTerms | undefined;
}

/**
 * Holds a month's statement to its signatures, and computes it again from store, chain and the statements before it.
 *
 * @returns undefined where there is none, or it cannot be read
 */
export async function auditStatement(
  month: Month,
  { plan, deploymentOf }: AuditStatementModules,
  report: Report,
): Promise<StoredStatement | undefined> {
  const place = { month: month.name };
  const read = async () => await plan.folder.read(month.name);
  const stored = await read().catch((error: unknown) => {
    report(statementFinding(month.name, error));
    return "damaged" as const;
  });
  if (stored === "damaged") return undefined;
  if (stored === undefined) {
    const found = "payouts in the store";
    report({ code: "STATEMENT_ABSENT", place, expected: plan.folder.fileOf(month.name), found });
    return undefined;
  }
  try {
    requireApproved(stored);
    await reproducePlan(stored, deploymentOf(month), plan);
  } catch (error) {
    report(statementFinding(month.name, error));
  }
  return stored;
}

/** What is wrong with a statement. @throws what says nothing about it: a store or a chain that does not answer */
function statementFinding(month: string, error: unknown): AuditFinding {
  const place = { month };
  if (error instanceof ConsensusError && error.details.code === "EPOCH_NOT_CHECKPOINTED") {
    const { epoch } = error.details;
    const at = { ...place, ...(epoch !== undefined && { epoch }) };
    return { code: "STATEMENT_EPOCH_DIFFERS", place: at, found: "no complete tally in the store" };
  }
  if (!(error instanceof PayoutError)) throw error;
  const { details } = error;
  switch (details.code) {
    case "STATEMENT_MALFORMED":
      return { code: "STATEMENT_DAMAGED", place: { ...place, file: details.file }, found: details.reason };
    case "STATEMENT_MISSING":
      return {
        code: "STATEMENT_ABSENT",
        place: { month: details.month },
        expected: details.file,
        found: "absent",
      };
    case "STATEMENT_UNAPPROVED":
    case "STATEMENT_SIGNATURE_INVALID":
      return { code: "STATEMENT_SIGNATURE_WRONG", place: { month: details.month }, found: details.reason };
    case "STATEMENT_REPLACED":
      return {
        code: "STATEMENT_CHAIN_BROKEN",
        place: { month: details.month },
        expected: details.expected,
        found: details.found,
      };
    case "EPOCH_UNATTESTED":
    case "EPOCH_OUTVOTED": {
      const found = "otherRoot" in details ? details.otherRoot : `${details.attestations} attestations`;
      return {
        code: "STATEMENT_EPOCH_DIFFERS",
        place: { ...place, epoch: details.epoch },
        expected: details.root,
        found,
      };
    }
    case "SHARE_NOT_RETURNABLE": {
      const { payoutId, reason } = details;
      return {
        code: "STATEMENT_SHARE_DIFFERS",
        place: { ...place, payoutId, field: "returned" },
        found: reason,
      };
    }
    case "PLAN_NOT_REPRODUCED":
      return notReproduced(month, details.field, details.recomputed, details.planned);
    default:
      return { code: "STATEMENT_DIFFERS", place, found: `${details.code}: ${error.message}` };
  }
}

/** Fields of a row from what an entity is owed to where it is paid. */
const SHARE_FIELDS = ["credits", "share", "carry", "amount"] as const;

function notReproduced(month: string, field: string, recomputed: string, planned: string): AuditFinding {
  const whole = { expected: recomputed, found: planned };
  if (field === "epochs") return { code: "STATEMENT_EPOCH_DIFFERS", place: { month, field }, ...whole };
  if (field === "previous") return { code: "STATEMENT_CHAIN_BROKEN", place: { month, field }, ...whole };
  const [expected, found] = [rowOf(recomputed), rowOf(planned)];
  if (expected === undefined || found === undefined)
    return { code: "STATEMENT_DIFFERS", place: { month, field }, ...whole };
  const differing = (name: string) => expected[name] !== found[name];
  const entity = typeof found.entityId === "string" ? { entityId: found.entityId } : {};
  const finding = (code: AuditCode, name: string): AuditFinding => ({
    code,
    place: { month, ...entity, field: `${field}.${name}` },
    expected: String(expected[name]),
    found: String(found[name]),
  });
  const share = SHARE_FIELDS.find(differing);
  if (!differing("entityId") && share !== undefined) return finding("STATEMENT_SHARE_DIFFERS", share);
  if (!differing("entityId") && differing("to")) return finding("STATEMENT_ADDRESS_DIFFERS", "to");
  return { code: "STATEMENT_DIFFERS", place: { month, ...entity, field }, ...whole };
}

function rowOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    // "absent", or a value that is no row.
    return undefined;
  }
}
