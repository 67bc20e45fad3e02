import type { PayoutDocument, PayoutStatus } from "../../store/documents.ts";
import type { TronClient } from "../tron-client.ts";
import type { PayoutServiceError } from "./errors.ts";
import { type ExamineTerms, examineRow } from "./examine-row.ts";
import { failedAgain } from "./failed-again.ts";
import { payableAgain } from "./payable-again.ts";
import type { PayoutChain } from "./payout-chain.ts";
import type { PayableRow } from "./router-calls.ts";

/** What a run would do with a payout. */
export type RowTreatment =
  | { readonly kind: "pay"; readonly row: PayableRow }
  /** It would be, or stay, in this status. */
  | { readonly kind: "held" | "refused" | "failed" }
  /** The settings do not fit it, so it would stay as it is. */
  | { readonly kind: "unfit"; readonly error: PayoutServiceError };

export interface TreatmentTerms extends ExamineTerms {
  /** Whether failed and refused payouts are tried again. */
  readonly retry: boolean;
  /** Unix milliseconds of the chain. */
  readonly now: number;
}

/** The statuses in which a payout is looked at before a run; others are settled, or under way. */
export const TREATED_STATUSES = ["pending", "held", "failed", "refused"] as const satisfies PayoutStatus[];

/** How the service would treat a payout that is not under way, by the same checks; nothing is changed. */
export async function treatmentOf(
  document: PayoutDocument,
  terms: TreatmentTerms,
  { tron, chain }: { readonly tron: TronClient; readonly chain: PayoutChain },
): Promise<RowTreatment> {
  const { status } = document;
  const { ledger, retry, now } = terms;
  if (status === "failed" && !(retry && (await failedAgain(document, ledger, { tron, chain })))) {
    return { kind: "failed" };
  }
  if (status === "refused") {
    const again = retry ? await payableAgain(document, terms, chain) : undefined;
    if (again === undefined) return { kind: "refused" };
  }
  const found = await examineRow(document, terms, { chain, now });
  switch (found.kind) {
    case "payable":
      return { kind: "pay", row: { ...found.row, compliance: found.compliance, isAlone: false } };
    case "unfit":
      return found;
    case "held":
    case "refused":
      return { kind: found.kind };
  }
}
