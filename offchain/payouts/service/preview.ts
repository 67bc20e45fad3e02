import type { LucidError } from "../../errors.ts";
import { groupBy } from "../../group-by.ts";
import type { Payouts } from "../../store/repositories/payouts.ts";
import { eachDocument } from "../../store/repositories/repository.ts";
import type { TronClient } from "../tron-client.ts";
import type { PayoutServiceError } from "./errors.ts";
import { obstacleScope } from "./obstacle-scope.ts";
import type { PayoutChain } from "./payout-chain.ts";
import { feesOfStatements } from "./preview-fees.ts";
import { PreviewSpending, sumOf } from "./preview-spending.ts";
import { type ExaminedStatement, previewStatement, type StatementPreview } from "./preview-statement.ts";
import type { PayableRow } from "./router-calls.ts";
import { TREATED_STATUSES, treatmentOf } from "./row-treatment.ts";
import type { RowTerms } from "./verify-row.ts";

export interface PreviewOptions extends RowTerms {
  readonly disburser: string;
  readonly token: string;
  readonly ledger: string;
  readonly rowsPerBatch: number;
  readonly reserve: bigint;
  /** Whether failed and refused payouts are tried again too. */
  readonly retry: boolean;
}

export interface PreviewModules {
  readonly payouts: Payouts;
  readonly tron: TronClient;
  readonly chain: PayoutChain;
}

/** An error that a run would end with, or leave something out for. */
export interface PreviewObstacle {
  readonly code: string;
  readonly message: string;
}

/** What a run would do, and cost. Amounts in micro-USDT. */
export interface PayoutPreview {
  readonly statements: readonly (StatementPreview & {
    /** Why something of it would not be paid now. */
    readonly obstacle: PreviewObstacle | undefined;
  })[];
  readonly payments: number;
  readonly amount: bigint;
  /** What is due, and would not be paid now. */
  readonly left: number;
  readonly leftAmount: bigint;
  /** What would be refused: what is refused already is not in it. */
  readonly refused: number;
  readonly held: number;
  /** Payouts that the settings do not fit: they would stay as they are. */
  readonly unfit: number;
  readonly inFlight: number;
  /** Of what is in flight, which is paid beside `amount`. */
  readonly inFlightAmount: bigint;
  /** Failed payouts that are not tried again. */
  readonly failed: number;
  readonly transactions: number;
  /** What would be burned as things are, in sun. */
  readonly fees: bigint;
  /** Fee limit of the largest transaction, which the account has to be able to pay, in sun. */
  readonly feeLimit: bigint;
  /** What prevents more than the payments of a statement: settings that do not fit, an account that cannot pay the fees. */
  readonly obstacles: readonly PreviewObstacle[];
}

/** What a run would pay, without sending or changing anything. */
export async function previewRun(options: PreviewOptions, modules: PreviewModules): Promise<PayoutPreview> {
  const { payouts, tron } = modules;
  const { timestamp: now } = await tron.head();
  const terms = { ...options, now };
  const due: PayableRow[] = [];
  const counts = { held: 0, refused: 0, failed: 0, unfit: 0 };
  const obstacles: PayoutServiceError[] = [];
  for (const status of TREATED_STATUSES) {
    for await (const document of eachDocument((page) => payouts.byStatus(status, page))) {
      const treatment = await treatmentOf(document, terms, modules);
      if (treatment.kind === "pay") due.push(treatment.row);
      else if (treatment.kind !== "refused" || status !== "refused") counts[treatment.kind] += 1;
      // The run ends with the first one.
      if (treatment.kind === "unfit" && obstacles.length === 0) obstacles.push(treatment.error);
    }
  }
  const groups = groupBy(due, ({ router, root }) => `${router.address} ${root}`);
  const statements = await previewStatements(groups, options, modules);
  const { fees, feeLimit, shortage } = await feesOfStatements(statements, options, tron);
  const total = (of: (one: StatementPreview) => number) => statements.reduce((sum, one) => sum + of(one), 0);
  return {
    statements: statements.map(({ error, ...one }) => ({ ...one, obstacle: error && obstacleOf(error) })),
    ...{ ...counts, ...(await inFlightOf(payouts)) },
    payments: total((one) => one.payments),
    amount: statements.reduce((sum, { amount }) => sum + amount, 0n),
    left: total((one) => one.left),
    leftAmount: statements.reduce((sum, { leftAmount }) => sum + leftAmount, 0n),
    transactions: total((one) => one.transactions),
    ...{ fees, feeLimit },
    obstacles: [...obstacles, ...(shortage === undefined ? [] : [shortage])].map(obstacleOf),
  };
}

/** Paid beside what is due. */
async function inFlightOf(payouts: Payouts): Promise<Pick<PayoutPreview, "inFlight" | "inFlightAmount">> {
  let [inFlight, inFlightAmount] = [0, 0n];
  for (const status of ["signed", "broadcast"] as const) {
    for await (const { usdt_amount } of eachDocument((page) => payouts.byStatus(status, page))) {
      inFlight += 1;
      inFlightAmount += usdt_amount;
    }
  }
  return { inFlight, inFlightAmount };
}

/**
 * Statements in the order in which a run pays them. After an error that ends the run nothing more is paid; what is
 * missing for the others is said all the same.
 *
 * @param groups rows by router and root
 */
async function previewStatements(
  groups: ReadonlyMap<string, readonly PayableRow[]>,
  options: PreviewOptions,
  modules: PreviewModules,
): Promise<ExaminedStatement[]> {
  const due = new Map<string, bigint>();
  for (const rows of groups.values()) addTo(due, rows, sumOf(rows));
  const spending = new PreviewSpending();
  const statements: ExaminedStatement[] = [];
  let end: LucidError | undefined;
  for (const [, group] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const rows = group.toSorted((a, b) => a.index - b.index) as [PayableRow, ...PayableRow[]];
    const terms = { ...options, due: due.get(rows[0].router.address) ?? 0n };
    const found = await previewStatement(rows, terms, spending, modules);
    statements.push(end === undefined ? found : unpaid(found, found.error ?? end));
    if (found.error !== undefined && obstacleScope(found.error) === "run") end ??= found.error;
    addTo(due, rows, -sumOf(rows));
  }
  return statements;
}

const unpaid = (found: ExaminedStatement, error: LucidError): ExaminedStatement => ({
  ...found,
  ...{ payments: 0, amount: 0n, transactions: 0, energy: 0n, error },
  left: found.left + found.payments,
  leftAmount: found.leftAmount + found.amount,
});

function addTo(due: Map<string, bigint>, [row]: readonly PayableRow[], amount: bigint): void {
  const router = row?.router.address ?? "";
  due.set(router, (due.get(router) ?? 0n) + amount);
}

const obstacleOf = ({ code, message }: LucidError): PreviewObstacle => ({ code, message });
