import type { TronView } from "../../../offchain/audit/tron-view.ts";
import type { Settings } from "../../../offchain/config/settings.ts";
import type { Month } from "../../../offchain/payouts/month.ts";
import type { RowTerms } from "../../../offchain/payouts/service/verify-row.ts";

/** What later parts need to know of the month. */
export interface PaidMonth {
  readonly month: Month;
  /** With TRON's chain and the router that pays, as `payout plan` reads them. */
  readonly settings: Settings;
  /** Who signs, for which routers. */
  readonly terms: RowTerms;
  /** Its payments, as TRON shows them. */
  readonly payments: TronView;
  /** Of the payout that was changed in the store after it was planned. */
  readonly changed: { readonly payoutId: string; readonly planned: bigint };
}
