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

/** Why a row is not paid yet: `kyc`, `blacklisted`, or undefined where nothing stands against it. */
export async function holdReason(
  row: PlannedRow,
  compliance: Compliance | undefined,
  { chain, chainId, token, now }: HoldModules,
): Promise<string | undefined> {
  const [isApproved, isBlacklisted] = await Promise.all([
    row.router.kind === "v0" || isValid(row, compliance, { chain, chainId, now }),
    chain.isBlacklisted(token, row.to),
  ]);
  if (!isApproved) return HELD_FOR_KYC;
  return isBlacklisted ? HELD_AS_BLACKLISTED : undefined;
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

async function isValid(
  row: PlannedRow,
  compliance: Compliance | undefined,
  { chain, chainId, now }: Pick<HoldModules, "chain" | "chainId" | "now">,
): Promise<boolean> {
  if (compliance === undefined) return false;
  if (compliance.expiry * 1_000 < now + APPROVAL_MARGIN_SECONDS * 1_000) return false;
  const signer = payoutSigner(complianceMessage(row, chainId, compliance), compliance.signature);
  if (signer === undefined || !(await chain.mayApprove(row.router, signer))) return false;
  return !(await chain.isRevoked(row.router, row.to));
}
