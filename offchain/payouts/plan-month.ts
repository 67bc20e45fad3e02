import { ZeroAddress } from "ethers";
import { isTronAddress } from "../config/parse-tron-argument.ts";
import type { PayoutAddress } from "../consensus/rules/registration-state.ts";
import type { Store } from "../store/store.ts";
import { decodeTronAddress, type TronAddress } from "../tron-address.ts";
import { carriedOverBy, previousStatement, returnedUntil } from "./earlier-statements.ts";
import { PayoutError } from "./errors.ts";
import { requireReturnable, returnableShares } from "./held-shares.ts";
import type { Month } from "./month.ts";
import { creditsOfMonth, type PlannedEpoch } from "./month-credits.ts";
import {
  type ComposedStatement,
  composeStatement,
  type Statement,
  type StatementInput,
} from "./statement.ts";
import type { StatementFolder, StoredStatement } from "./statement-folder.ts";
import { statementText } from "./statement-text.ts";

/** What the month is planned with. */
export interface PlanOptions {
  readonly month: Month;
  /** micro-USDT */
  readonly budget: bigint;
  /** Payments below it are carried over, in micro-USDT. */
  readonly minimum: bigint;
}

/** The deployment that a plan is for. */
export interface PlanDeployment {
  /** The month's epochs since the chain's first slot, both included. */
  readonly epochs: { readonly first: number; readonly last: number };
  /** LUCID_CHECKPOINT_QUORUM */
  readonly quorum: number;
  /** block.chainid of TRON. */
  readonly chainId: bigint;
  /** PayoutRouterKYC. */
  readonly router: TronAddress;
}

/** What consensus concluded comes as data: payouts run none of its code. */
export interface PlanModules {
  readonly store: Pick<Store, "payouts" | "now">;
  readonly folder: StatementFolder;
  readonly readEpoch: (epoch: number) => Promise<PlannedEpoch>;
  /** Slot of a time, in Unix milliseconds. */
  readonly slotAt: (time: number) => number;
  /** Where each entity is paid as of a slot; a changed address is in use after 72 hours. */
  readonly payoutAddressesAt: (slot: number) => Promise<ReadonlyMap<string, PayoutAddress>>;
}

/**
 * Plans a month that is over, or finds the plan that was made with the same budget and minimum. Writes nothing.
 *
 * @returns `stored` where the month was planned before: addresses that changed since are not used
 * @throws {PayoutError} MONTH_NOT_OVER, MONTH_BEFORE_CHAIN, MONTH_WITHOUT_CREDITS, EPOCH_UNATTESTED, EPOCH_OUTVOTED,
 * PLAN_DIFFERS, PLAN_OUT_OF_ORDER, PAYOUT_AMOUNT_OUT_OF_RANGE, STATEMENT_*
 */
export async function planMonth(
  options: PlanOptions,
  deployment: PlanDeployment,
  modules: PlanModules,
): Promise<{ readonly composed: ComposedStatement; readonly stored: StoredStatement | undefined }> {
  const { month, budget, minimum } = options;
  const { folder, store } = modules;
  const stored = await storedPlan(options, modules);
  if (stored !== undefined) return { composed: stored, stored };
  const earlier = { folder, payouts: store.payouts };
  const previous = await previousStatement(month.name, earlier);
  const returned = await returnableShares(month, store.payouts, () => returnedUntil(previous, folder));
  const addressSlot = modules.slotAt(await store.now());
  const input = { month, budget, minimum, addressSlot, returned };
  return { composed: await compose(input, previous, deployment, modules), stored: undefined };
}

/**
 * Computes a statement again from store, chain and the statements before it, and compares: what the approver does
 * before he signs, and an auditor at any time.
 *
 * @throws {PayoutError} PLAN_NOT_REPRODUCED, SHARE_NOT_RETURNABLE, and what `planMonth` throws
 */
export async function reproducePlan(
  { statement }: StoredStatement,
  deployment: PlanDeployment,
  modules: PlanModules,
): Promise<void> {
  const { month, returned, addressSlot } = statement;
  const { folder, store } = modules;
  const now = await store.now();
  if (now < month.endsAt) {
    throw new PayoutError({ code: "MONTH_NOT_OVER", month: month.name, endsAt: month.endsAt, now });
  }
  // Addresses of a slot that is not over, or from before the month's end, are not what the plan may use.
  if (addressSlot > modules.slotAt(now) || addressSlot < modules.slotAt(month.endsAt)) {
    throw notReproduced(statement, "addressSlot", `${addressSlot}`, `${modules.slotAt(now)} at most`);
  }
  const previous = await previousStatement(month.name, { folder, payouts: store.payouts });
  await requireReturnable(month, returned, store.payouts, () => returnedUntil(previous, folder));
  requireEqual(statement, (await compose(statement, previous, deployment, modules)).statement);
}

/**
 * Whether a month can be planned, as far as store and statements tell: nothing is asked of a chain.
 *
 * @returns the plan that was made with the same budget and minimum; undefined where the month was not planned yet
 * @throws {PayoutError} MONTH_NOT_OVER, PLAN_DIFFERS, PLAN_OUT_OF_ORDER, STATEMENT_MISSING, STATEMENT_MALFORMED
 */
export async function storedPlan(
  options: PlanOptions,
  { folder, store }: Pick<PlanModules, "folder" | "store">,
): Promise<StoredStatement | undefined> {
  const { name: month, endsAt } = options.month;
  const now = await store.now();
  if (now < endsAt) throw new PayoutError({ code: "MONTH_NOT_OVER", month, endsAt, now });
  const file = folder.fileOf(month);
  const stored = await folder.read(month);
  if (stored !== undefined) {
    requireSamePlan(stored.statement, options, file);
    return stored;
  }
  const { documents: entered } = await store.payouts.byMonth(month, { limit: 1 });
  if (entered.length > 0) throw new PayoutError({ code: "STATEMENT_MISSING", month, file });
  const later = (await folder.months()).find((name) => name > month);
  if (later !== undefined) throw new PayoutError({ code: "PLAN_OUT_OF_ORDER", month, later });
  return undefined;
}

async function compose(
  input: Pick<StatementInput, "month" | "budget" | "minimum" | "addressSlot" | "returned">,
  previous: StoredStatement | undefined,
  { epochs: range, quorum, chainId, router }: PlanDeployment,
  { readEpoch, payoutAddressesAt }: PlanModules,
): Promise<ComposedStatement> {
  const { month, budget, minimum, addressSlot, returned } = input;
  if (range.first > range.last) throw new PayoutError({ code: "MONTH_BEFORE_CHAIN", month: month.name });
  const { epochs, earned } = await creditsOfMonth(range, quorum, readEpoch);
  const addresses = await payoutAddressesAt(addressSlot);
  return composeStatement({
    ...{ month, budget, minimum, chainId, addressSlot, returned, epochs, earned, router },
    previous: previous && { month: previous.statement.month.name, hash: previous.hash },
    carriedOver: carriedOverBy(previous),
    addressOf: (entityId) => usable(addresses.get(entityId)?.inUse),
  });
}

/** An address that can be paid. A node signs its address as text, so it may be anything. */
function usable(text: string | undefined): TronAddress | undefined {
  if (text === undefined || !isTronAddress(text)) return undefined;
  const address = decodeTronAddress(text);
  return address.hex === ZeroAddress ? undefined : address;
}

function requireSamePlan(statement: Statement, asked: PlanOptions, file: string): void {
  for (const field of ["budget", "minimum"] as const) {
    if (statement[field] === asked[field]) continue;
    const details = { month: asked.month.name, field, planned: statement[field], asked: asked[field], file };
    throw new PayoutError({ code: "PLAN_DIFFERS", ...details });
  }
}

/** Names the first thing that differs, for a person to look into. */
function requireEqual(planned: Statement, recomputed: Statement): void {
  const own = statementText(recomputed);
  for (const part of statementText(planned)) {
    if (own.next().value !== part) throw firstDifference(planned, recomputed);
  }
}

function firstDifference(planned: Statement, recomputed: Statement): PayoutError {
  const shown = (value: unknown) =>
    JSON.stringify(value, (_, item) => (typeof item === "bigint" ? item.toString() : item)) ?? "absent";
  for (const field of ["chainId", "previous", "epochs"] as const) {
    const [one, other] = [shown(planned[field]), shown(recomputed[field])];
    if (one !== other) return notReproduced(planned, field, one, other);
  }
  for (const field of ["rows", "carried"] as const) {
    const count = Math.max(planned[field].length, recomputed[field].length);
    for (let index = 0; index < count; index += 1) {
      const [one, other] = [shown(planned[field][index]), shown(recomputed[field][index])];
      if (one !== other) return notReproduced(planned, `${field}[${index}]`, one, other);
    }
  }
  return notReproduced(planned, "root", planned.root, recomputed.root);
}

function notReproduced(
  { month }: Statement,
  field: string,
  planned: string,
  recomputed: string,
): PayoutError {
  return new PayoutError({ code: "PLAN_NOT_REPRODUCED", month: month.name, field, planned, recomputed });
}
