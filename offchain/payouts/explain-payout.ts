import { leadsToRoot } from "../sessions/merkle-tree.ts";
import type { SlotTally } from "../store/documents.ts";
import type { Store } from "../store/store.ts";
import { PayoutError } from "./errors.ts";
import type { Month } from "./month.ts";
import { payoutIdOf } from "./payout-id.ts";
import type { Signers } from "./signers.ts";
import { type CarriedRow, dividedBudget, type StatementRow } from "./statement.ts";
import type { StatementFolder, StoredStatement } from "./statement-folder.ts";
import { requireSignatures } from "./statement-signatures.ts";
import { statementLeaf, statementProof } from "./statement-tree.ts";

/** An entity's credits of an epoch, and what proves them. */
export interface EpochCredits {
  readonly epoch: number;
  /** Of the statement. */
  readonly root: string;
  readonly credits: number;
  /** 0 where it has no row in the epoch. */
  readonly rank: number;
  /** From the row to the root. */
  readonly path: readonly string[];
  /** Whether the path leads from the row to the root. */
  readonly isProven: boolean;
  /** Nodes that attested the root on chain. */
  readonly attestations: number;
}

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

/** One thing that a payee can check by himself. */
export interface PayoutCheck {
  readonly check: "row" | "planner" | "approver" | "credits" | "attestations" | "store";
  readonly holds: boolean;
  readonly detail: string;
}

export interface PayoutExplanation {
  readonly stored: StoredStatement;
  readonly row: StatementRow | CarriedRow;
  /** Of a row that is paid. */
  readonly payoutId: string | undefined;
  /** Its leaf, its place among them, and its path to the statement's root; undefined where nothing is paid. */
  readonly path:
    | { readonly leaf: string; readonly index: number; readonly proof: readonly string[] }
    | undefined;
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
  const index = statement.rows.findIndex((row) => row.entityId === entityId);
  const paid = statement.rows[index];
  const row = paid ?? statement.carried.find((carried) => carried.entityId === entityId);
  if (row === undefined) throw new PayoutError({ code: "PAYEE_UNKNOWN", entityId, month: month.name });
  const epochs = [];
  for (const { epoch, root } of statement.epochs) {
    const credits = await readCredits(epoch, root, entityId);
    const work = credits.rank === 0 ? undefined : await readWork?.(epoch, entityId);
    epochs.push({ ...credits, ...(work && { work }) });
    onEpoch?.(epochs.length, statement.epochs.length);
  }
  const payoutId = paid && payoutIdOf(month.period, entityId);
  const document = payoutId === undefined ? undefined : await store.payouts.get(payoutId);
  const path = paid && pathOf(stored, paid, index);
  const everybody = [...statement.rows, ...statement.carried];
  return {
    stored,
    row,
    payoutId,
    path,
    epochs,
    totalCredits: everybody.reduce((sum, { credits }) => sum + credits, 0n),
    divided: dividedBudget(statement),
    payment: document && {
      status: document.status,
      ...(document.txid && { txid: document.txid }),
      ...(document.error && { error: document.error }),
    },
    checks: [
      ...(path === undefined ? [] : [rowCheck(path, statement.root)]),
      signatureCheck("planner", stored, signers),
      signatureCheck("approver", stored, signers),
      creditsCheck(epochs, row.credits),
      attestationsCheck(epochs, quorum),
      ...(paid === undefined || document === undefined ? [] : [storeCheck(paid, statement.root, document)]),
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

function pathOf({ tree }: StoredStatement, row: StatementRow, index: number) {
  const proof = tree === undefined ? [] : statementProof(tree, index);
  return { leaf: statementLeaf(row), index, proof };
}

function rowCheck(
  { leaf, proof }: { readonly leaf: string; readonly proof: readonly string[] },
  root: string,
): PayoutCheck {
  const holds = leadsToRoot(leaf, proof, root);
  return { check: "row", holds, detail: `${proof.length} hashes lead from the row to the root ${root}` };
}

function signatureCheck(
  role: "planner" | "approver",
  stored: StoredStatement,
  signers: Signers,
): PayoutCheck {
  try {
    requireSignatures(role, stored, stored.signatures[role], signers[role]);
    return { check: role, holds: true, detail: `signed by ${signers[role]}` };
  } catch (error) {
    if (!(error instanceof PayoutError) || error.details.code !== "STATEMENT_SIGNATURE_INVALID") throw error;
    return { check: role, holds: false, detail: error.details.reason };
  }
}

function creditsCheck(epochs: readonly EpochCredits[], credits: bigint): PayoutCheck {
  const unproven = epochs.filter(({ isProven }) => !isProven).map(({ epoch }) => epoch);
  const sum = epochs.reduce((total, { credits: earned }) => total + BigInt(earned), 0n);
  const detail =
    unproven.length > 0
      ? `no path to the root of epoch ${unproven.join(", ")}`
      : `${sum} credits are proven, the statement has ${credits}`;
  return { check: "credits", holds: unproven.length === 0 && sum === credits, detail };
}

function attestationsCheck(epochs: readonly EpochCredits[], quorum: number): PayoutCheck {
  const lacking = epochs.filter(({ attestations }) => attestations < quorum).map(({ epoch }) => epoch);
  const detail =
    lacking.length === 0
      ? `each of the ${epochs.length} roots is attested on chain`
      : `fewer than ${quorum} attest the root of epoch ${lacking.join(", ")}`;
  return { check: "attestations", holds: lacking.length === 0, detail };
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
