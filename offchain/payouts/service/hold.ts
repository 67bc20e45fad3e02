import type { PayoutDocument } from "../../store/documents.ts";
import { hexOf } from "../../tron-address.ts";
import { HELD_FOR_KYC } from "../held-shares.ts";
import { payoutSigner, routerDomain } from "../typed-data.ts";
import type { PayoutChain } from "./payout-chain.ts";
import type { Compliance } from "./router-calls.ts";
import type { PlannedRow } from "./verify-row.ts";

/** `error` of a payout that is held because its payee is on the token's blacklist. */
export const HELD_AS_BLACKLISTED = "blacklisted";

/** An approval has to outlast the time in which a transaction may still be included. */
const APPROVAL_MARGIN_SECONDS = 600;

/** What the chain says about holding a payment. */
export interface HoldModules {
  readonly chain: PayoutChain;
  /** `block.chainid` of TRON. */
  readonly chainId: bigint;
  readonly token: string;
  /** Unix milliseconds of the chain. */
  readonly now: number;
}

/** Why a row is not paid yet. */
export interface Hold {
  /** `kyc` or `blacklisted`, the `error` of its payout. */
  readonly reason: string;
  /** What is missing, and what to do, for people. */
  readonly detail: string;
}

/** Why a row is not paid yet; undefined where nothing prevents its payment. */
export async function holdOf(
  row: PlannedRow,
  compliance: Compliance | undefined,
  { chain, chainId, token, now }: HoldModules,
): Promise<Hold | undefined> {
  const [unapproved, isBlacklisted] = await Promise.all([
    row.router.kind === "v0" ? undefined : whyUnapproved(row, compliance, { chain, chainId, now }),
    chain.isBlacklisted(token, row.to),
  ]);
  if (unapproved !== undefined) return { reason: HELD_FOR_KYC, detail: unapproved };
  if (!isBlacklisted) return undefined;
  return { reason: HELD_AS_BLACKLISTED, detail: `its payee ${row.to} is on the token's blacklist` };
}

/** The approval in a document; undefined where a part of it is missing. */
export function complianceOf({
  kyc_hash,
  kyc_expiry,
  compliance_sig,
}: PayoutDocument): Compliance | undefined {
  if (kyc_hash === undefined || kyc_expiry === undefined || compliance_sig === undefined) return undefined;
  return { kycHash: kyc_hash, expiry: kyc_expiry, signature: compliance_sig };
}

/** What compliance signs to approve a payment. */
export function complianceMessage(
  { router, payoutId, to, amount }: Pick<PlannedRow, "router" | "payoutId" | "to" | "amount">,
  chainId: bigint,
  { kycHash, expiry }: Omit<Compliance, "signature">,
) {
  return {
    domain: routerDomain("kyc", chainId, router.address),
    name: "Compliance",
    message: { payoutId, to: hexOf(to), amount, kycHash, expiry: BigInt(expiry) },
  } as const;
}

/** Undefined where compliance approved the row. */
async function whyUnapproved(
  row: PlannedRow,
  compliance: Compliance | undefined,
  { chain, chainId, now }: Pick<HoldModules, "chain" | "chainId" | "now">,
): Promise<string | undefined> {
  if (compliance === undefined) return "it has no approval by compliance (payout kyc approve)";
  const expiresAt = compliance.expiry * 1_000;
  if (expiresAt < now + APPROVAL_MARGIN_SECONDS * 1_000) {
    const expires = isoTime(compliance.expiry);
    return expiresAt < now
      ? `its approval expired at ${expires}; approve it again (payout kyc approve)`
      : `its approval expires at ${expires}, too soon to pay it; approve it again (payout kyc approve)`;
  }
  const signer = payoutSigner(complianceMessage(row, chainId, compliance), compliance.signature);
  if (signer === undefined || !(await chain.mayApprove(row.router, signer))) {
    return "its approval is over another payment, or by an account without COMPLIANCE (payout kyc approve)";
  }
  if (!(await chain.isRevoked(row.router, row.to))) return undefined;
  return `its payee ${row.to} is revoked; the router's admin reinstates payees`;
}

const isoTime = (seconds: number) => new Date(seconds * 1_000).toISOString().replace(".000", "");
