import type { Payouts } from "../../store/repositories/payouts.ts";
import { eachDocument } from "../../store/repositories/repository.ts";
import { feesOf, missingForFees } from "../tron/fees.ts";
import type { TronClient } from "../tron-client.ts";
import { PayoutServiceError } from "./errors.ts";
import type { PayoutChain } from "./payout-chain.ts";
import { payableNow } from "./preflight.ts";
import { disburseCall, type PayableRow } from "./router-calls.ts";
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

/** The error that a run would end with. */
export interface PreviewObstacle {
  readonly code: string;
  readonly message: string;
}

/** What would be paid of one statement. Amounts in micro-USDT. */
export interface StatementPreview {
  readonly router: string;
  readonly root: string;
  readonly payments: number;
  readonly amount: bigint;
  /** Whether it is open already; opening it is one transaction more. */
  readonly isOpen: boolean;
  readonly transactions: number;
  readonly energy: bigint;
  /** Why nothing of it would be paid now. */
  readonly obstacle: PreviewObstacle | undefined;
}

/** What a run would do, and cost. */
export interface PayoutPreview {
  readonly statements: readonly StatementPreview[];
  readonly payments: number;
  readonly amount: bigint;
  /** What would be refused: what is refused already is not in it. */
  readonly refused: number;
  readonly held: number;
  /** Payouts that the settings do not fit: they would stay as they are. */
  readonly unfit: number;
  readonly inFlight: number;
  /** Of what is in flight, which is paid beside `amount`, in micro-USDT. */
  readonly inFlightAmount: bigint;
  /** Failed payouts that are not tried again. */
  readonly failed: number;
  readonly transactions: number;
  /** What would be burned as things are, in sun. */
  readonly fees: bigint;
  /** Fee limit of the largest transaction, which the account has to be able to pay, in sun. */
  readonly feeLimit: bigint;
  /** What stands against more than a statement: settings that do not fit, an account that cannot pay the fees. */
  readonly obstacles: readonly PreviewObstacle[];
}

/** Energy of a row to a payee who holds nothing, and of opening a statement: where neither can be simulated. */
const ROW_ENERGY = 75_000n;
const OPENING_ENERGY = 95_000n;
const OPENING_BYTES = 700;
/** A payment's words in the call, its approval, and its part of the proof. */
const ROW_BYTES = 500;

/** What a run would pay, without sending or changing anything. */
export async function previewRun(options: PreviewOptions, modules: PreviewModules): Promise<PayoutPreview> {
  const { payouts, tron } = modules;
  const { timestamp: now } = await tron.head();
  const terms = { ...options, now };
  const groups = new Map<string, PayableRow[]>();
  const counts = { held: 0, refused: 0, failed: 0, unfit: 0 };
  const obstacles: PayoutServiceError[] = [];
  for (const status of TREATED_STATUSES) {
    for await (const document of eachDocument((page) => payouts.byStatus(status, page))) {
      const treatment = await treatmentOf(document, terms, modules);
      if (treatment.kind === "pay") {
        const { row } = treatment;
        const key = `${row.router.address} ${row.root}`;
        groups.set(key, [...(groups.get(key) ?? []), row]);
      } else if (treatment.kind !== "refused" || status !== "refused") counts[treatment.kind] += 1;
      // The run ends with the first one.
      if (treatment.kind === "unfit" && obstacles.length === 0) obstacles.push(treatment.error);
    }
  }
  const statements: StatementPreview[] = [];
  for (const rows of groups.values()) {
    const ordered = rows.toSorted((a, b) => a.index - b.index) as [PayableRow, ...PayableRow[]];
    statements.push(await previewStatement(ordered, options, modules));
  }
  const { fees, feeLimit, shortage } = await feesOfStatements(statements, options, tron);
  const total = (of: (one: StatementPreview) => number) => statements.reduce((sum, one) => sum + of(one), 0);
  return {
    ...{ statements, ...counts, ...(await inFlightOf(payouts)) },
    payments: total((one) => one.payments),
    amount: statements.reduce((sum, { amount }) => sum + amount, 0n),
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

async function previewStatement(
  rows: readonly [PayableRow, ...PayableRow[]],
  options: PreviewOptions,
  { tron, chain }: PreviewModules,
): Promise<StatementPreview> {
  const [{ router, root, total }] = rows;
  const { disburser, token, ledger, rowsPerBatch } = options;
  const amount = rows.reduce((sum, row) => sum + row.amount, 0n);
  const state = await chain.routerState(router, root, disburser);
  const isOpen = (await chain.statementOf(router, root, "head")).state === "open";
  const statementLeft = isOpen ? state.statementLeft : total;
  const decision = payableNow(rows, { ...state, statementLeft }, { disburser, token, ledger, due: amount });
  const first = rows.slice(0, rowsPerBatch) as [PayableRow, ...PayableRow[]];
  const call = { contract: router.address, from: disburser, ...disburseCall(first) };
  const canSimulate = isOpen && !("stop" in decision);
  const rowEnergy = canSimulate ? (await tron.energyOf(call)) / BigInt(first.length) : ROW_ENERGY;
  return {
    ...{ router: router.address, root, payments: rows.length, amount, isOpen },
    transactions: Math.ceil(rows.length / rowsPerBatch) + (isOpen ? 0 : 1),
    energy: rowEnergy * BigInt(rows.length) + (isOpen ? 0n : OPENING_ENERGY),
    obstacle: "stop" in decision ? obstacleOf(new PayoutServiceError(decision.stop)) : undefined,
  };
}

const obstacleOf = ({ code, message }: PayoutServiceError): PreviewObstacle => ({ code, message });

async function feesOfStatements(
  statements: readonly StatementPreview[],
  { disburser, rowsPerBatch, reserve }: PreviewOptions,
  tron: TronClient,
): Promise<Pick<PayoutPreview, "fees" | "feeLimit"> & { readonly shortage: PayoutServiceError | undefined }> {
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
  if (statements.length === 0) return { fees: 0n, feeLimit: 0n, shortage: undefined };
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
