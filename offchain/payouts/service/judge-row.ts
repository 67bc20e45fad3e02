import type { PayoutDocument } from "../../store/documents.ts";
import { PayoutServiceError } from "./errors.ts";
import type { PayoutChain } from "./payout-chain.ts";
import { type PlannedRow, type RefusedRow, type RowTerms, type Suspect, verifyRow } from "./verify-row.ts";

const ROUTER_SETTINGS = "PAYOUT_ROUTER_V0_ADDRESS or PAYOUT_ROUTER_KYC_ADDRESS";

/** A row that the settings do not fit: it is neither paid nor refused. `unfit` is PAYOUT_SETTINGS_DIFFER. */
export interface UnfitRow {
  readonly unfit: PayoutServiceError;
}

/**
 * Checks a row, and tells one that nobody signed from one that the settings do not fit: what a holder of the role signed
 * is not refused for a setting that is wrong.
 */
export async function judgeRow(
  document: PayoutDocument,
  terms: RowTerms,
  chain: PayoutChain,
): Promise<PlannedRow | RefusedRow | UnfitRow> {
  const row = verifyRow(document, terms);
  if (!("refused" in row) || row.suspect === undefined) return row;
  const { suspect } = row;
  if (suspect.kind === "signer" && !(await chain.maySign(suspect.router, suspect.role, suspect.signer)))
    return row;
  return { unfit: settingsDiffer(document._id, suspect, terms) };
}

/** @param payoutId of the payout that the settings do not fit */
export function settingsDiffer(
  payoutId: string,
  suspect: Suspect,
  { signers, routers }: RowTerms,
): PayoutServiceError {
  const [setting, expected, found] =
    suspect.kind === "router"
      ? [ROUTER_SETTINGS, routers.map(({ address }) => address).join(" and ") || "not set", suspect.router]
      : [`LUCID_${suspect.role.toUpperCase()}_ADDRESS`, signers[suspect.role], suspect.signer];
  return new PayoutServiceError({ code: "PAYOUT_SETTINGS_DIFFER", payoutId, setting, expected, found });
}
