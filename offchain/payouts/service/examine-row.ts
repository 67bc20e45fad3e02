import type { PayoutDocument } from "../../store/documents.ts";
import { VOIDED } from "../held-shares.ts";
import type { PayoutServiceError } from "./errors.ts";
import { complianceOf, type Hold, holdOf } from "./hold.ts";
import { judgeRow } from "./judge-row.ts";
import type { PayoutChain } from "./payout-chain.ts";
import type { Compliance } from "./router-calls.ts";
import type { PlannedRow, RowTerms } from "./verify-row.ts";

export interface ExamineTerms extends RowTerms {
  /** base58check */
  readonly token: string;
  readonly ledger: string;
}

/** What is found of a payout that is pending or held. */
export type RowExamination =
  | {
      readonly kind: "payable";
      readonly row: PlannedRow;
      readonly compliance: Compliance | undefined;
    }
  | { readonly kind: "held"; readonly hold: Hold }
  | { readonly kind: "refused"; readonly reason: string }
  /** The settings do not fit it. `error` is PAYOUT_SETTINGS_DIFFER. */
  | { readonly kind: "unfit"; readonly error: PayoutServiceError };

/** Checks a payout before it is used; nothing is changed. @param modules.now Unix milliseconds of the chain */
export async function examineRow(
  document: PayoutDocument,
  terms: ExamineTerms,
  { chain, now }: { readonly chain: PayoutChain; readonly now: number },
): Promise<RowExamination> {
  const { token, ledger, chainId } = terms;
  const row = await judgeRow(document, terms, chain);
  if ("unfit" in row) return { kind: "unfit", error: row.unfit };
  if ("refused" in row) return { kind: "refused", reason: row.refused };
  // A pending one that was voided is refused by its router, and then here.
  if (document.status === "held" && (await chain.isVoid(ledger, document._id))) {
    return { kind: "refused", reason: VOIDED };
  }
  const compliance = complianceOf(document);
  const hold = await holdOf(row, compliance, { chain, chainId, token, now });
  return hold === undefined ? { kind: "payable", row, compliance } : { kind: "held", hold };
}
