import { Interface } from "ethers";
import {
  PayoutLedger__factory,
  PayoutRouterKYC__factory,
  PayoutRouterV0__factory,
} from "../../../typechain-types/index.ts";
import { hexOf, tronAddressOf } from "../../tron-address.ts";
import { joinProofs } from "./multiproof.ts";
import type { KnownRouter, PlannedRow } from "./verify-row.ts";

/** A compliance approval, as it is in a document. */
export interface Compliance {
  readonly kycHash: string;
  /** Unix seconds. */
  readonly expiry: number;
  readonly signature: string;
}

/** A row, with its approval where its router asks for one. */
export interface PayableRow extends PlannedRow {
  readonly compliance: Compliance | undefined;
  /** Paid by itself, without a bound on its energy. */
  readonly isAlone: boolean;
}

/** The routers' methods and events; what they have in common is encoded alike. */
export const ROUTER_ABI = {
  v0: new Interface(PayoutRouterV0__factory.abi),
  kyc: new Interface(PayoutRouterKYC__factory.abi),
} as const;
export const LEDGER_ABI = new Interface(PayoutLedger__factory.abi);
/** What of Tether on TRON is read and written. */
export const TOKEN_ABI = new Interface([
  "function paused() view returns (bool)",
  "function deprecated() view returns (bool)",
  "function basisPointsRate() view returns (uint256)",
  "function maximumFee() view returns (uint256)",
  "function getBlackListStatus(address) view returns (bool)",
  "function balanceOf(address) view returns (uint256)",
  "function allowance(address,address) view returns (uint256)",
  "function approve(address,uint256) returns (bool)",
  "event Transfer(address indexed from, address indexed to, uint256 value)",
  "event AddedBlackList(address indexed user)",
  "event RemovedBlackList(address indexed user)",
]);

/**
 * The call that pays rows of one statement: a batch with one proof, or `disburse` for a row that is paid by itself.
 *
 * @param rows of one router and root, in the order of the statement
 */
export function disburseCall(rows: readonly [PayableRow, ...PayableRow[]]): { name: string; data: string } {
  const [first] = rows;
  const { kind } = first.router;
  const payments = rows.map(paymentOf);
  const approvals = kind === "kyc" ? [rows.map(approvalOf)] : [];
  if (first.isAlone) {
    const args = [first.root, payments[0], ...approvals.map(([approval]) => approval), first.proof];
    return { name: "disburse", data: ROUTER_ABI[kind].encodeFunctionData("disburse", args) };
  }
  const { proof, proofFlags } = joinProofs(rows);
  const args = [first.root, payments, ...approvals, proof, proofFlags];
  return { name: "disburseBatch", data: ROUTER_ABI[kind].encodeFunctionData("disburseBatch", args) };
}

const paymentOf = ({ payoutId, sessionId, to, amount }: PlannedRow) => ({
  ...{ payoutId, sessionId, amount },
  to: hexOf(to),
});

function approvalOf({ compliance }: PayableRow) {
  if (compliance === undefined) throw new TypeError("a row of the router with KYC has an approval");
  return compliance;
}

/** The payments that a call makes; undefined where it is not one that pays rows. */
export function paymentsOfCall(
  { kind }: KnownRouter,
  data: string,
): { readonly root: string; readonly payments: readonly RowPayment[] } | undefined {
  const parsed = ROUTER_ABI[kind].parseTransaction({ data });
  if (parsed === null || (parsed.name !== "disburse" && parsed.name !== "disburseBatch")) return undefined;
  const [root, given] = parsed.args;
  const payments = (parsed.name === "disburse" ? [given] : [...given]) as {
    payoutId: string;
    sessionId: string;
    to: string;
    amount: bigint;
  }[];
  return {
    root,
    payments: payments.map(({ payoutId, sessionId, to, amount }) => ({
      ...{ payoutId, sessionId, amount },
      to: tronAddressOf(to),
    })),
  };
}

export type RowPayment = Pick<PlannedRow, "payoutId" | "sessionId" | "to" | "amount">;

/** The call that opens a row's statement. Anybody may send it: the signatures count. */
export function openCall(row: PlannedRow): { name: string; data: string } {
  const { root, total, period, plannerSignature, approverSignature, router } = row;
  const args = [root, total, period, plannerSignature, approverSignature];
  return { name: "openStatement", data: ROUTER_ABI[router.kind].encodeFunctionData("openStatement", args) };
}
