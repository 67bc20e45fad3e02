import { LucidError } from "../../errors.ts";
import { TronError } from "../tron/errors.ts";
import type { TronClient } from "../tron-client.ts";
import { PayoutServiceError } from "./errors.ts";
import type { PayoutChain } from "./payout-chain.ts";
import type { PreflightTerms } from "./preflight.ts";
import { type PreviewSpending, payableRows, sumOf } from "./preview-spending.ts";
import { disburseCall, type PayableRow } from "./router-calls.ts";
import { statementAccess } from "./statement-access.ts";

/** What would be paid of one statement. Amounts in micro-USDT. */
export interface StatementPreview {
  readonly router: string;
  readonly root: string;
  readonly payments: number;
  readonly amount: bigint;
  /** What is due, and would not be paid now. */
  readonly left: number;
  readonly leftAmount: bigint;
  /** Whether it is open already; opening it is one transaction more. */
  readonly isOpen: boolean;
  readonly transactions: number;
  readonly energy: bigint;
}

/** The same, with why something of it is left. */
export interface ExaminedStatement extends StatementPreview {
  readonly error: LucidError | undefined;
}

/** Energy of a row to a payee who holds nothing, and of opening a statement: where neither can be simulated. */
const ROW_ENERGY = 75_000n;
export const OPENING_ENERGY = 95_000n;

/**
 * What a run would pay of one statement.
 *
 * @param rows in the order of the statement
 * @param spending by the statements before it; this one's is added
 */
export async function previewStatement(
  rows: readonly [PayableRow, ...PayableRow[]],
  terms: PreflightTerms & { readonly rowsPerBatch: number },
  spending: PreviewSpending,
  { tron, chain }: { readonly tron: TronClient; readonly chain: PayoutChain },
): Promise<ExaminedStatement> {
  const [{ router, root, total }] = rows;
  const { disburser, rowsPerBatch } = terms;
  const access = await statementAccess(rows[0], chain);
  const isOpen = access.kind === "open" || access.kind === "opening";
  const none = { router: router.address, root, isOpen, ...partsOf(rows, []), transactions: 0, energy: 0n };
  if (access.kind === "barred") return { ...none, error: new PayoutServiceError(access.stop) };
  const asked = spending.after(await chain.routerState(router, root, disburser));
  const state = isOpen ? asked : { ...asked, statementLeft: total };
  const { rows: paid, obstacles } = payableRows(rows, state, terms);
  if (paid.length === 0) return { ...none, error: obstacles[0] };
  const first = paid.slice(0, rowsPerBatch) as [PayableRow, ...PayableRow[]];
  const rowEnergy = isOpen ? await energyOfRow(first, disburser, tron) : ROW_ENERGY;
  if (rowEnergy instanceof LucidError) return { ...none, error: rowEnergy };
  spending.add(state, sumOf(paid));
  return {
    ...{ ...none, ...partsOf(rows, paid), error: obstacles[0] },
    transactions: Math.ceil(paid.length / rowsPerBatch) + (isOpen ? 0 : 1),
    energy: rowEnergy * BigInt(paid.length) + (isOpen ? 0n : OPENING_ENERGY),
  };
}

const partsOf = (rows: readonly PayableRow[], paid: readonly PayableRow[]) => ({
  ...{ payments: paid.length, amount: sumOf(paid) },
  ...{ left: rows.length - paid.length, leftAmount: sumOf(rows) - sumOf(paid) },
});

/** Of a row of a batch; or TRON_CALL_REVERTED, for which a run leaves out the statement. */
async function energyOfRow(
  rows: readonly [PayableRow, ...PayableRow[]],
  from: string,
  tron: TronClient,
): Promise<bigint | TronError> {
  const call = { contract: rows[0].router.address, from, ...disburseCall(rows) };
  try {
    return (await tron.energyOf(call)) / BigInt(rows.length);
  } catch (error) {
    if (error instanceof TronError && error.code === "TRON_CALL_REVERTED") return error;
    throw error;
  }
}
