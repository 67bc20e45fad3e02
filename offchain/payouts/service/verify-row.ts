import { ZeroHash } from "ethers";
import { leadsToRoot } from "../../sessions/merkle-tree.ts";
import { sessionIdToBytes32 } from "../../sessions/session-id.ts";
import type { PayoutDocument } from "../../store/documents.ts";
import { parseMonth } from "../month.ts";
import { payoutIdOf } from "../payout-id.ts";
import type { Signers } from "../signers.ts";
import { statementLeaf } from "../statement-tree.ts";
import { payoutSigner, type ROUTER_NAMES, routerDomain } from "../typed-data.ts";

/** A router, as the service knows it. */
export interface KnownRouter {
  readonly kind: keyof typeof ROUTER_NAMES;
  /** base58check */
  readonly address: string;
}

export interface RowTerms {
  /** LUCID_PLANNER_ADDRESS and LUCID_APPROVER_ADDRESS, lower case. */
  readonly signers: Signers;
  readonly chainId: bigint;
  readonly routers: readonly KnownRouter[];
}

/** A payout that was planned: what its statement binds, and what proves it. */
export interface PlannedRow {
  readonly payoutId: string;
  /** bytes32; zero where the payment belongs to no session. */
  readonly sessionId: string;
  readonly to: string;
  readonly amount: bigint;
  readonly router: KnownRouter;
  readonly root: string;
  readonly period: bigint;
  readonly total: bigint;
  readonly index: number;
  readonly leaf: string;
  readonly proof: readonly string[];
  readonly plannerSignature: string;
  readonly approverSignature: string;
}

/** A row that is refused, as far as the settings tell; `suspect` where they may be what is wrong. */
export interface RefusedRow {
  readonly refused: string;
  readonly suspect?: Suspect;
}

/** What in the settings may be wrong. */
export type Suspect =
  /** Planner and approver signed the row for this router. */
  | { readonly kind: "router"; readonly router: string }
  /** Somebody else signed it, and may hold the role. */
  | {
      readonly kind: "signer";
      readonly router: KnownRouter;
      readonly role: keyof Signers;
      /** 0x and 40 lower-case hex digits. */
      readonly signer: string;
    };

/**
 * Checks what a document says against what planner and approver signed: whoever changes it in the database makes it
 * unpayable. Nothing is asked of a chain.
 *
 * @returns the row, or why it is refused
 */
export function verifyRow(document: PayoutDocument, terms: RowTerms): PlannedRow | RefusedRow {
  const { plan_root: root, plan_total: total, plan_period, plan_index: index } = document;
  const { planner_sig: plannerSignature, approver_sig: approverSignature } = document;
  const router = terms.routers.find(({ address }) => address === document.router);
  if (router === undefined) return unknownRouter(document, terms);
  if (root === undefined || total === undefined || plan_period === undefined || index === undefined) {
    return refused("it belongs to no statement");
  }
  if (plannerSignature === undefined) return refused("it has no signature of the planner");
  if (approverSignature === undefined) return refused("it has no signature of the approver");
  const row: PlannedRow = {
    ...{ payoutId: document._id, to: document.to_addr, amount: document.usdt_amount, router, root, total },
    ...{ index, proof: document.plan_proof, plannerSignature, approverSignature },
    sessionId: document.session_id === undefined ? ZeroHash : sessionIdToBytes32(document.session_id),
    period: BigInt(plan_period),
    leaf: "",
  };
  const leaf = leafOf(row);
  if (leaf === undefined) return refused("its address or amount is none");
  if (!leadsToRoot(leaf, row.proof, root))
    return refused("its proof does not lead to the root that was signed");
  const misplaced = misplacement(document, row.period);
  if (misplaced !== undefined) return refused(misplaced);
  return unsigned(row, terms) ?? { ...row, leaf };
}

/** Signed for a router that is not in the settings, or made up. */
function unknownRouter(document: PayoutDocument, terms: RowTerms): RefusedRow {
  const { router: address } = document;
  const reason = `${address} is none of the routers in the settings`;
  const isSigned = (["v0", "kyc"] as const).some(
    (kind) => !("refused" in verifyRow(document, { ...terms, routers: [{ kind, address }] })),
  );
  return isSigned ? { refused: reason, suspect: { kind: "router", router: address } } : refused(reason);
}

const refused = (reason: string) => ({ refused: reason });

function leafOf({ router, payoutId, sessionId, to, amount }: PlannedRow): string | undefined {
  try {
    return amount > 0n
      ? statementLeaf({ router: router.address, payoutId, sessionId, to, amount })
      : undefined;
  } catch {
    // The store holds addresses as text; one that is malformed has no leaf.
    return undefined;
  }
}

/** What a month's payout is for is in its id. */
function misplacement({ _id, month: name, entity_id: entityId }: PayoutDocument, period: bigint) {
  if (name === undefined && entityId === undefined) return undefined;
  const month = parseMonth(name ?? "");
  if (month === undefined || entityId === undefined) return "its month or entity is missing";
  if (month.period !== period) return `its statement is that of the period ${period}, not of ${name}`;
  if (payoutIdOf(period, entityId) !== _id) return "its id is that of another month or entity";
  return undefined;
}

function unsigned(row: PlannedRow, { signers, chainId }: RowTerms): RefusedRow | undefined {
  const { router, root, period, total, plannerSignature, approverSignature } = row;
  const domain = routerDomain(router.kind, chainId, router.address);
  const message = { domain, name: "Statement", message: { period, root, total } } as const;
  for (const [role, signature] of [
    ["planner", plannerSignature],
    ["approver", approverSignature],
  ] as const) {
    const signer = payoutSigner(message, signature);
    if (signer === signers[role]) continue;
    const reason = refused(`its statement is not signed by the ${role}`);
    return signer === undefined ? reason : { ...reason, suspect: { kind: "signer", router, role, signer } };
  }
  return undefined;
}
