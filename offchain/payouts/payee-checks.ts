import { leadsToRoot } from "../sessions/merkle-tree.ts";
import type { WorkTallyDocument } from "../store/documents.ts";
import { PayoutError, type SignerRole } from "./errors.ts";
import { payoutIdOf } from "./payout-id.ts";
import type { CarriedRow, ComposedStatement, StatementRow } from "./statement.ts";
import { type HashedStatement, requireSignatures, type StatementSignatures } from "./statement-signatures.ts";
import { statementLeaf, statementProof } from "./statement-tree.ts";

/** An entity's credits of an epoch, and what proves them. */
export interface EpochCredits {
  readonly epoch: number;
  /** Of the statement. */
  readonly root: string;
  readonly credits: number;
  /** What decides between entities with equal credits: a part of the row. */
  readonly liveScore: WorkTallyDocument["liveScore"];
  /** 0 where it has no row in the epoch. */
  readonly rank: number;
  /** From the row to the root. */
  readonly path: readonly string[];
  /** Whether the path leads from the row to the root. */
  readonly isProven: boolean;
  /** Nodes that attested the root on chain. */
  readonly attestations: number;
}

/** One thing that a payee can check by himself. */
export interface PayoutCheck {
  readonly check: "row" | "planner" | "approver" | "credits" | "attestations" | "store";
  readonly holds: boolean;
  readonly detail: string;
}

/** An entity's row of a statement. */
export interface Payee {
  readonly row: StatementRow | CarriedRow;
  /** Of a row that is paid. */
  readonly payoutId: string | undefined;
  /** Its leaf, its place among them, and its path to the statement's root; undefined where nothing is paid. */
  readonly path:
    | { readonly leaf: string; readonly index: number; readonly proof: readonly string[] }
    | undefined;
}

/**
 * Finds an entity in a statement.
 *
 * @param entityId lower-case hex
 * @throws {PayoutError} PAYEE_UNKNOWN
 */
export function payeeOf({ statement, tree }: ComposedStatement, entityId: string): Payee {
  const { month } = statement;
  const index = statement.rows.findIndex((row) => row.entityId === entityId);
  const paid = statement.rows[index];
  if (paid !== undefined) {
    const proof = tree === undefined ? [] : statementProof(tree, index);
    const payoutId = payoutIdOf(month.period, entityId);
    return { row: paid, payoutId, path: { leaf: statementLeaf(paid), index, proof } };
  }
  const row = statement.carried.find((carried) => carried.entityId === entityId);
  if (row === undefined) throw new PayoutError({ code: "PAYEE_UNKNOWN", entityId, month: month.name });
  return { row, payoutId: undefined, path: undefined };
}

/** The sum of all credits of a statement's month. */
export function totalCredits({ statement }: Pick<ComposedStatement, "statement">): bigint {
  return [...statement.rows, ...statement.carried].reduce((sum, { credits }) => sum + credits, 0n);
}

export function rowCheck(
  { leaf, proof }: { readonly leaf: string; readonly proof: readonly string[] },
  root: string,
): PayoutCheck {
  const holds = leadsToRoot(leaf, proof, root);
  return { check: "row", holds, detail: `${proof.length} hashes lead from the row to the root ${root}` };
}

export function signatureCheck(
  role: SignerRole,
  stored: HashedStatement & { readonly signatures: StatementSignatures },
  address: string,
): PayoutCheck {
  try {
    requireSignatures(role, stored, stored.signatures[role], address);
    return { check: role, holds: true, detail: `signed by ${address.toLowerCase()}` };
  } catch (error) {
    if (!(error instanceof PayoutError) || error.details.code !== "STATEMENT_SIGNATURE_INVALID") throw error;
    return { check: role, holds: false, detail: error.details.reason };
  }
}

export function creditsCheck(epochs: readonly EpochCredits[], credits: bigint): PayoutCheck {
  const unproven = epochs.filter(({ isProven }) => !isProven).map(({ epoch }) => epoch);
  const sum = epochs.reduce((total, { credits: earned }) => total + BigInt(earned), 0n);
  const detail =
    unproven.length > 0
      ? `no path to the root of epoch ${unproven.join(", ")}`
      : `${sum} credits are proven, the statement has ${credits}`;
  return { check: "credits", holds: unproven.length === 0 && sum === credits, detail };
}

export function attestationsCheck(epochs: readonly EpochCredits[], quorum: number): PayoutCheck {
  const lacking = epochs.filter(({ attestations }) => attestations < quorum).map(({ epoch }) => epoch);
  const detail =
    lacking.length === 0
      ? `each of the ${epochs.length} roots is attested on chain`
      : `fewer than ${quorum} attest the root of epoch ${lacking.join(", ")}`;
  return { check: "attestations", holds: lacking.length === 0, detail };
}
