import type { LucidError } from "../../errors.ts";
import { PayoutServiceError } from "./errors.ts";
import { obstacleScope } from "./obstacle-scope.ts";
import { type PreflightTerms, payableNow, type RouterState } from "./preflight.ts";
import type { PayableRow } from "./router-calls.ts";

/**
 * What a run would have spent so far: the statements of a router share its day's limit and its allowance, and routers that
 * draw from one treasury share its balance.
 */
export class PreviewSpending {
  readonly #byRouter = new Map<string, bigint>();
  readonly #byTreasury = new Map<string, bigint>();

  /** What the chain would say after that. */
  after(state: RouterState): RouterState {
    const ofRouter = this.#byRouter.get(state.router) ?? 0n;
    return {
      ...state,
      paidToday: state.paidToday + ofRouter,
      allowance: state.allowance - ofRouter,
      balance: state.balance - (this.#byTreasury.get(state.treasury) ?? 0n),
    };
  }

  add({ router, treasury }: Pick<RouterState, "router" | "treasury">, amount: bigint): void {
    this.#byRouter.set(router, (this.#byRouter.get(router) ?? 0n) + amount);
    this.#byTreasury.set(treasury, (this.#byTreasury.get(treasury) ?? 0n) + amount);
  }
}

/** Rows of a statement that a run would pay, and the errors for which it would leave out others. */
export interface PayableRows {
  readonly rows: readonly PayableRow[];
  /** That which ends the statement or the run comes first. */
  readonly obstacles: readonly LucidError[];
}

/**
 * The rows of a statement that a run would pay, batch after batch: a single one that cannot be paid is left out, and
 * anything else that prevents a payment ends it.
 *
 * @param state of the router as it is before the first one
 * @param terms.due what is due at the router, with these rows
 */
export function payableRows(
  rows: readonly PayableRow[],
  state: RouterState,
  terms: PreflightTerms,
): PayableRows {
  const paid: PayableRow[] = [];
  const obstacles: LucidError[] = [];
  const spending = new PreviewSpending();
  let { due } = terms;
  let { statementLeft } = state;
  for (let next = 0; next < rows.length; ) {
    const left = rows.slice(next) as [PayableRow, ...PayableRow[]];
    const decision = payableNow(left, { ...spending.after(state), statementLeft }, { ...terms, due });
    if ("stop" in decision) {
      const error = new PayoutServiceError(decision.stop);
      if (obstacleScope(error) !== "payout") return { rows: paid, obstacles: [error, ...obstacles] };
      obstacles.push(error);
      due -= left[0].amount;
      next += 1;
    } else {
      const batch = left.slice(0, decision.count);
      const amount = sumOf(batch);
      paid.push(...batch);
      spending.add(state, amount);
      statementLeft -= amount;
      due -= amount;
      next += decision.count;
    }
  }
  return { rows: paid, obstacles };
}

/** micro-USDT */
export const sumOf = (rows: readonly PayableRow[]) => rows.reduce((sum, { amount }) => sum + amount, 0n);
