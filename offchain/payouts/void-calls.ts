import { PayoutError } from "./errors.ts";
import type { PayoutChain } from "./service/payout-chain.ts";
import { LEDGER_ABI } from "./service/router-calls.ts";
import type { PurposefulCall } from "./service/tron-sender.ts";
import type { Signers } from "./signers.ts";
import type { StoredStatement } from "./statement-folder.ts";
import { requireSignatures } from "./statement-signatures.ts";

/**
 * The calls that void what planner and approver both signed with a month's statement; what the ledger knows as voided
 * is left out.
 *
 * @throws {PayoutError} STATEMENT_UNAPPROVED, STATEMENT_SIGNATURE_INVALID
 */
export async function voidCalls(
  stored: StoredStatement,
  signers: Signers,
  chain: PayoutChain,
): Promise<{ readonly calls: PurposefulCall[]; readonly voided: number }> {
  const { planner, approver } = stored.signatures;
  const month = stored.statement.month.name;
  if (planner === undefined || approver === undefined) {
    throw new PayoutError({ code: "STATEMENT_UNAPPROVED", month, reason: "a signature is missing" });
  }
  requireSignatures("planner", stored, planner, signers.planner);
  requireSignatures("approver", stored, approver, signers.approver);
  const calls: PurposefulCall[] = [];
  let voided = 0;
  for (const { ledger, payoutId, signature } of approver.voids) {
    const byPlanner = planner.voids.find((one) => one.payoutId === payoutId && one.ledger === ledger);
    if (byPlanner === undefined) continue;
    if (await chain.isVoid(ledger, payoutId)) {
      voided += 1;
      continue;
    }
    calls.push({
      ...{ contract: ledger, name: "voidPayout", purpose: `Voiding ${payoutId}` },
      data: LEDGER_ABI.encodeFunctionData("voidPayout", [payoutId, byPlanner.signature, signature]),
    });
  }
  return { calls, voided };
}
