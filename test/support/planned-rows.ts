import { id } from "ethers";
import { payoutIdOf } from "../../offchain/payouts/payout-id.ts";
import type { RowTerms } from "../../offchain/payouts/service/verify-row.ts";
import { leafBytes, statementProof } from "../../offchain/payouts/statement-tree.ts";
import { type ROUTER_NAMES, routerDomain, signPayoutMessage } from "../../offchain/payouts/typed-data.ts";
import { merkleTree } from "../../offchain/sessions/merkle-tree.ts";
import type { NewPayout, PayoutDocument } from "../../offchain/store/documents.ts";
import { hexOf, tronAddressOf } from "../../offchain/tron-address.ts";
import { APPROVER, entityAt, monthOf, PLANNER, SIGNERS } from "./planned-month.ts";

export const CHAIN_ID = 0xcd8690dcn;
const ZERO_HASH = `0x${"0".repeat(64)}`;
export const V0 = tronAddressOf(`0x${"a0".repeat(20)}`);
export const KYC = tronAddressOf(`0x${"c0".repeat(20)}`);
export const TERMS: RowTerms = {
  signers: SIGNERS,
  chainId: CHAIN_ID,
  routers: [
    { kind: "v0", address: V0 },
    { kind: "kyc", address: KYC },
  ],
};

export interface PlannedRowsOptions {
  readonly count: number;
  readonly month?: string;
  readonly kind?: keyof typeof ROUTER_NAMES;
  readonly router?: string;
  readonly chainId?: bigint;
  /** Base58check. @default one of its own for each row */
  readonly payeeOf?: (index: number) => string;
  readonly amountOf?: (index: number) => bigint;
}

/** A payee that no test shares. */
export const payeeAt = (index: number) => tronAddressOf(`0x${id(`payee ${index}`).slice(2, 42)}`);

/** Payouts of one statement, signed by planner and approver, as `payout approve` enters them. */
export async function plannedRows({
  count,
  month: name = "2026-11",
  kind = "kyc",
  router = kind === "kyc" ? KYC : V0,
  chainId = CHAIN_ID,
  payeeOf = payeeAt,
  amountOf = (index) => 1_000_000n + BigInt(index),
}: PlannedRowsOptions): Promise<NewPayout[]> {
  const month = monthOf(name);
  const rows = Array.from({ length: count }, (_, index) => ({
    payoutId: payoutIdOf(month.period, entityAt(index + 1)),
    entityId: entityAt(index + 1),
    to: payeeOf(index),
    amount: amountOf(index),
  }));
  const leaves = rows.map(({ payoutId, to, amount }) =>
    leafBytes({ router: hexOf(router), payoutId, sessionId: ZERO_HASH, to: hexOf(to), amount }),
  );
  const tree = merkleTree(leaves, count);
  const total = rows.reduce((sum, { amount }) => sum + amount, 0n);
  const message = {
    domain: routerDomain(kind, chainId, router),
    name: "Statement",
    message: { period: month.period, root: tree.root, total },
  } as const;
  const planner_sig = await signPayoutMessage(PLANNER, message);
  const approver_sig = await signPayoutMessage(APPROVER, message);
  return rows.map(({ payoutId, entityId, to, amount }, index) => ({
    _id: payoutId,
    month: name,
    entity_id: entityId,
    to_addr: to,
    usdt_amount: amount,
    router,
    reason: `credits of ${name}`,
    plan_index: index,
    plan_period: month.period.toString(),
    plan_total: total,
    plan_root: tree.root,
    plan_proof: statementProof(tree, index),
    planner_sig,
    approver_sig,
    status: "pending",
  }));
}

/** The same as the store gives it back. */
export const asDocument = (row: NewPayout): PayoutDocument => ({ ...row, created_at: 1, updated_at: 1 });
