import type { SlotTally } from "../store/documents.ts";
import type { Store } from "../store/store.ts";
import type { Month } from "./month.ts";
import {
  attestationsCheck,
  creditsCheck,
  type EpochCredits,
  type Payee,
  type PayoutCheck,
  payeeOf,
  rowCheck,
  signatureCheck,
  totalCredits,
} from "./payee-checks.ts";
import type { Signers } from "./signers.ts";
import { dividedBudget, type StatementRow } from "./statement.ts";
import type { StatementFolder, StoredStatement } from "./statement-folder.ts";

/** Counted proofs of an entity in an epoch, from the closed slots. */
export type EpochWork = Omit<SlotTally, "entityId">;

export interface ExplainModules {
  readonly store: Pick<Store, "payouts">;
  readonly folder: StatementFolder;
  /** The entity's row of an epoch, with the path to the root that the statement names. */
  readonly readCredits: (epoch: number, root: string, entityId: string) => Promise<EpochCredits>;
  /** What the entity did in an epoch; undefined leaves it out. */
  readonly readWork: ((epoch: number, entityId: string) => Promise<EpochWork>) | undefined;
  readonly onEpoch?: (done: number, total: number) => void;
}

export interface PayoutExplanation extends Payee {
  readonly stored: StoredStatement;
  readonly epochs: readonly (EpochCredits & { readonly work?: EpochWork })[];
  /** The sum of all credits of the month. */
  readonly totalCredits: bigint;
  /** What was divided: the budget and what returned to it. */
  readonly divided: bigint;
  /** Of the payout in the store, where it is entered. */
  readonly payment: { readonly status: string; readonly txid?: string; readonly error?: string } | undefined;
  readonly checks: readonly PayoutCheck[];
}

/**
 * Follows an entity's pay of a month from its proofs to its transaction, and checks each step: the statement itself (its
 * shares follow from its budget and credits, or it would not be read), the row's path to its root, both signatures, each
 * epoch's credits by their path to the root that nodes attested on chain, and that the store pays the same.
 *
 * @param signers who must have signed
 * @throws {PayoutError} STATEMENT_MISSING, STATEMENT_MALFORMED, PAYEE_UNKNOWN
 */
export async function explainPayout(
  { month, entityId, quorum }: { readonly month: Month; readonly entityId: string; readonly quorum: number },
  signers: Signers,
  { store, folder, readCredits, readWork, onEpoch }: ExplainModules,
): Promise<PayoutExplanation> {
  const stored = await folder.require(month.name);
  const { statement } = stored;
  const { row, payoutId, path } = payeeOf(stored, entityId);
  const epochs = [];
  for (const { epoch, root } of statement.epochs) {
    const credits = await readCredits(epoch, root, entityId);
    const work = credits.rank === 0 ? undefined : await readWork?.(epoch, entityId);
    epochs.push({ ...credits, ...(work && { work }) });
    onEpoch?.(epochs.length, statement.epochs.length);
  }
  const document = payoutId === undefined ? undefined : await store.payouts.get(payoutId);
  return {
    stored,
    row,
    payoutId,
    path,
    epochs,
    totalCredits: totalCredits(stored),
    divided: dividedBudget(statement),
    payment: document && {
      status: document.status,
      ...(document.txid && { txid: document.txid }),
      ...(document.error && { error: document.error }),
    },
    checks: [
      ...(path === undefined ? [] : [rowCheck(path, statement.root)]),
      signatureCheck("planner", stored, signers.planner),
      signatureCheck("approver", stored, signers.approver),
      creditsCheck(epochs, row.credits),
      attestationsCheck(epochs, quorum),
      ...("reason" in row || document === undefined ? [] : [storeCheck(row, statement.root, document)]),
    ],
  };
}

/**
 * Adds up what an entity did in slots.
 *
 * @param slots both included
 * @throws {StoreError} STORE_SLOT_NOT_CLOSED, STORE_TALLY_DAMAGED
 */
export async function workInSlots(
  slots: { readonly first: number; readonly last: number },
  entityId: string,
  { slotTallies }: Pick<Store, "slotTallies">,
): Promise<EpochWork> {
  const sum = { sessions: 0, bytes: 0, storageProofs: 0, validationSignatures: 0, beacons: 0 };
  for (let slot = slots.first; slot <= slots.last; slot += 1) {
    for await (const tally of slotTallies.tallies(slot)) {
      // In the order of entityId.
      if (tally.entityId > entityId) break;
      if (tally.entityId < entityId) continue;
      for (const name of Object.keys(sum) as (keyof EpochWork)[]) sum[name] += tally[name];
    }
  }
  return sum;
}

function storeCheck(
  row: StatementRow,
  root: string,
  document: {
    readonly to_addr: string;
    readonly usdt_amount: bigint;
    readonly router: string;
    readonly plan_root?: string;
  },
): PayoutCheck {
  const holds =
    document.to_addr === row.to &&
    document.usdt_amount === row.amount &&
    document.router === row.router &&
    document.plan_root === root;
  return {
    check: "store",
    holds,
    detail: holds ? "the store pays this row" : "the store pays something else",
  };
}
