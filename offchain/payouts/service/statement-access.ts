import { ZeroHash } from "ethers";
import type { PayoutServiceErrorDetails } from "./errors.ts";
import type { PayoutChain } from "./payout-chain.ts";
import type { PlannedRow } from "./verify-row.ts";

/** Whether rows of a statement can be paid, as far as its router says. */
export type StatementAccess =
  /** It is open for good. */
  | { readonly kind: "open" }
  /** It was opened in a block that may still be replaced. */
  | { readonly kind: "opening" }
  /** It may be opened. */
  | { readonly kind: "unopened" }
  /** PAYOUT_STATEMENT_CLOSED or PAYOUT_PERIOD_TAKEN. */
  | { readonly kind: "barred"; readonly stop: PayoutServiceErrorDetails };

/** Asks the router about the statement of a row. */
export async function statementAccess(
  { router, root, period }: Pick<PlannedRow, "router" | "root" | "period">,
  chain: PayoutChain,
): Promise<StatementAccess> {
  const { address } = router;
  const solid = await chain.statementOf(router, root, "solid");
  if (solid.state === "open") return { kind: "open" };
  if (solid.state === "closed") {
    return { kind: "barred", stop: { code: "PAYOUT_STATEMENT_CLOSED", router: address, root } };
  }
  const head = await chain.statementOf(router, root, "head");
  if (head.state !== "unknown") return { kind: "opening" };
  const open = await chain.openRoot(router, period);
  if (open === ZeroHash) return { kind: "unopened" };
  return { kind: "barred", stop: { code: "PAYOUT_PERIOD_TAKEN", router: address, root, period, open } };
}
