import type { PayoutDocument } from "../../store/documents.ts";
import { VOIDED } from "../held-shares.ts";
import { STATEMENT_CLOSED } from "../refuse-closed.ts";
import { PAID_ELSEWHERE } from "./after-refusal.ts";
import { judgeRow, type UnfitRow } from "./judge-row.ts";
import type { PayoutChain } from "./payout-chain.ts";
import type { PlannedRow, RowTerms } from "./verify-row.ts";

/** What no correction changes. */
const SETTLED = [STATEMENT_CLOSED, PAID_ELSEWHERE];

/**
 * A refused payout that was refused for something that is gone, because the settings or the document were corrected.
 *
 * @returns its row; undefined where it stays refused, as does what the ledger voided or paid, and what was of a statement that was closed
 */
export async function payableAgain(
  document: PayoutDocument,
  terms: RowTerms & { readonly ledger: string },
  chain: PayoutChain,
): Promise<PlannedRow | UnfitRow | undefined> {
  const { _id, error = "" } = document;
  if (error === VOIDED || SETTLED.some((reason) => error.startsWith(reason))) return undefined;
  const row = await judgeRow(document, terms, chain);
  if ("unfit" in row) return row;
  if ("refused" in row) return undefined;
  const { ledger } = terms;
  return (await chain.isPaid(ledger, _id)) || (await chain.isVoid(ledger, _id)) ? undefined : row;
}
