import type { PayoutDocument, PayoutStatus } from "../../store/documents.ts";
import type { TronClient } from "../tron-client.ts";
import type { PayoutServiceError } from "./errors.ts";
import { complianceOf, holdOf } from "./hold.ts";
import { judgeRow } from "./judge-row.ts";
import { payableAgain } from "./payable-again.ts";
import type { PayoutChain } from "./payout-chain.ts";
import type { PayableRow } from "./router-calls.ts";
import type { RowTerms } from "./verify-row.ts";

/** What a run would do with a payout. */
export type RowTreatment =
  | { readonly kind: "pay"; readonly row: PayableRow }
  /** It would be, or stay, in this status. */
  | { readonly kind: "held" | "refused" | "failed" }
  /** The settings do not fit it, so it would stay as it is. */
  | { readonly kind: "unfit"; readonly error: PayoutServiceError };

export interface TreatmentTerms extends RowTerms {
  readonly token: string;
  readonly ledger: string;
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
  const { token, ledger, chainId, retry, now } = terms;
  if (status === "failed" && !(retry && (await isTriedAgain(document, ledger, { tron, chain })))) {
    return { kind: "failed" };
  }
  const row =
    status !== "refused"
      ? await judgeRow(document, terms, chain)
      : retry
        ? await payableAgain(document, terms, chain)
        : undefined;
  if (row === undefined || "refused" in row) return { kind: "refused" };
  if ("unfit" in row) return { kind: "unfit", error: row.unfit };
  if (status === "held" && (await chain.isVoid(ledger, document._id))) return { kind: "refused" };
  const compliance = complianceOf(document);
  const hold = await holdOf(row, compliance, { chain, chainId, token, now });
  return hold === undefined ? { kind: "pay", row: { ...row, compliance, isAlone: false } } : { kind: "held" };
}

/** One whose transaction may still be included, and one that is paid, stay as they are. */
async function isTriedAgain(
  { _id, txid, expires_at: expiresAt = 0 }: PayoutDocument,
  ledger: string,
  { tron, chain }: { readonly tron: TronClient; readonly chain: PayoutChain },
): Promise<boolean> {
  if (txid !== undefined && (await tron.fate(txid, expiresAt)).kind === "open") return false;
  return !(await chain.isPaid(ledger, _id));
}
