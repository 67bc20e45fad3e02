import { feesOf, missingForFees } from "../tron/fees.ts";
import type { TronClient } from "../tron-client.ts";
import { PayoutServiceError } from "./errors.ts";
import { OPENING_ENERGY, type StatementPreview } from "./preview-statement.ts";

export interface FeeTerms {
  readonly disburser: string;
  readonly rowsPerBatch: number;
  /** Energy that a router wants to see left. */
  readonly reserve: bigint;
}

export interface PreviewFees {
  /** Expected. */
  readonly fees: bigint;
  /** Of the largest transaction. */
  readonly feeLimit: bigint;
  /** PAYOUT_FEES_SHORT. */
  readonly shortage: PayoutServiceError | undefined;
}

const OPENING_BYTES = 700;
/** A payment's words in the call, its approval, and its part of the proof. */
const ROW_BYTES = 500;

/** What a run would burn for these statements, and whether the account can pay its largest transaction. Fees in sun. */
export async function feesOfStatements(
  all: readonly StatementPreview[],
  { disburser, rowsPerBatch, reserve }: FeeTerms,
  tron: TronClient,
): Promise<PreviewFees> {
  const statements = all.filter(({ payments }) => payments > 0);
  if (statements.length === 0) return { fees: 0n, feeLimit: 0n, shortage: undefined };
  const [prices, account] = await Promise.all([tron.prices(), tron.account(disburser)]);
  let [energy, bytes, perRow, most] = [0n, 0, 0n, 0];
  for (const one of statements) {
    const forRows = one.isOpen ? one.energy : one.energy - OPENING_ENERGY;
    const rowEnergy = forRows / BigInt(one.payments);
    if (rowEnergy > perRow) perRow = rowEnergy;
    most = Math.max(most, Math.min(one.payments, rowsPerBatch));
    energy += one.energy;
    bytes += one.payments * ROW_BYTES + (one.isOpen ? 0 : OPENING_BYTES);
  }
  const { expected } = feesOf({ energy, reserve: 0n, bytes }, prices, account);
  const batch = { energy: perRow * BigInt(most), reserve, bytes: most * ROW_BYTES };
  const largest = feesOf(batch, prices, account);
  const { feeLimit } = largest;
  const missing = missingForFees(largest, prices, account);
  const shortage = {
    account: disburser,
    feeLimit,
    energy: account.energy,
    balance: account.balance,
    missing,
  };
  return {
    ...{ fees: expected, feeLimit },
    shortage: missing === 0n ? undefined : new PayoutServiceError({ code: "PAYOUT_FEES_SHORT", ...shortage }),
  };
}
