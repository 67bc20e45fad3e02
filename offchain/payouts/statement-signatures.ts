import type { Wallet } from "ethers";
import { z } from "zod";
import { PayoutError, type SignerRole } from "./errors.ts";
import { routerTotal, type Statement } from "./statement.ts";
import {
  documentDomain,
  ledgerDomain,
  type PayoutMessage,
  payoutSigner,
  routerDomain,
  signPayoutMessage,
} from "./typed-data.ts";

const hex = z.string().regex(/^0x[0-9a-f]+$/);

const signerSchema = z.strictObject({
  /** Lower-case hex. */
  address: z.string().regex(/^0x[0-9a-f]{40}$/),
  /** Over StatementDocument. */
  document: hex,
  /** Over the Statement of each router, by its TRON address. */
  routers: z.record(z.string(), hex),
  /** Over PayoutVoid of the ledger, for shares that are held too long. */
  voids: z.array(z.strictObject({ ledger: z.string(), payoutId: hex, signature: hex })),
});

/** Contents of the file of signatures beside a statement. */
export const signaturesSchema = z.strictObject({
  planner: signerSchema.optional(),
  approver: signerSchema.optional(),
});

export type SignerSignatures = z.infer<typeof signerSchema>;
export type StatementSignatures = z.infer<typeof signaturesSchema>;

/** A statement with the keccak256 of its file. */
export interface HashedStatement {
  readonly statement: Statement;
  readonly hash: string;
}

/** Held shares whose payoutIds are to be voided. */
export interface VoidRequest {
  /** TRON address. */
  readonly ledger: string;
  readonly payoutIds: readonly string[];
}

/** Signs a statement: its file, what each router opens, and what the ledger voids. */
export async function signStatement(
  wallet: Wallet,
  { statement, hash }: HashedStatement,
  voids: VoidRequest | undefined,
): Promise<SignerSignatures> {
  const routers: Record<string, string> = {};
  for (const { router } of statement.routers) {
    routers[router] = await signPayoutMessage(wallet, routerMessage(statement, router));
  }
  const signed: SignerSignatures["voids"] = [];
  for (const payoutId of voids?.payoutIds ?? []) {
    const { ledger } = voids as VoidRequest;
    const signature = await signPayoutMessage(wallet, voidMessage(statement, ledger, payoutId));
    signed.push({ ledger, payoutId, signature });
  }
  return {
    address: wallet.address.toLowerCase(),
    document: await signPayoutMessage(wallet, documentMessage({ statement, hash })),
    routers,
    voids: signed,
  };
}

/**
 * Checks every signature of one of the two.
 *
 * @param address whose they must be, in any case
 * @throws {PayoutError} STATEMENT_SIGNATURE_INVALID
 */
export function requireSignatures(
  role: SignerRole,
  { statement, hash }: HashedStatement,
  signatures: SignerSignatures | undefined,
  address: string,
): void {
  const fault = signatureFault({ statement, hash }, signatures, address.toLowerCase());
  if (fault === undefined) return;
  throw new PayoutError({
    code: "STATEMENT_SIGNATURE_INVALID",
    month: statement.month.name,
    role,
    reason: fault,
  });
}

function signatureFault(
  hashed: HashedStatement,
  signatures: SignerSignatures | undefined,
  address: string,
): string | undefined {
  const { statement } = hashed;
  if (signatures === undefined) return "there is none";
  const isBy = (message: PayoutMessage, signature: string | undefined) =>
    signature !== undefined && payoutSigner(message, signature) === address;
  if (!isBy(documentMessage(hashed), signatures.document)) return `that of the file is not by ${address}`;
  for (const { router } of statement.routers) {
    if (!isBy(routerMessage(statement, router), signatures.routers[router])) {
      return `that for the router ${router} is not by ${address}`;
    }
  }
  const wrong = signatures.voids.find(
    ({ ledger, payoutId, signature }) => !isBy(voidMessage(statement, ledger, payoutId), signature),
  );
  return wrong && `that which voids ${wrong.payoutId} is not by ${address}`;
}

function documentMessage({ statement, hash }: HashedStatement): PayoutMessage {
  const { month, chainId } = statement;
  return {
    domain: documentDomain(chainId),
    name: "StatementDocument",
    message: { period: month.period, hash },
  };
}

/** A month's rows belong to entities, so its router is the one with KYC. */
function routerMessage(statement: Statement, router: string): PayoutMessage {
  const { month, root, chainId } = statement;
  const total = routerTotal(statement, router);
  const message = { period: month.period, root, total };
  return { domain: routerDomain("kyc", chainId, router), name: "Statement", message };
}

function voidMessage({ chainId }: Statement, ledger: string, payoutId: string): PayoutMessage {
  return { domain: ledgerDomain(chainId, ledger), name: "PayoutVoid", message: { payoutId } };
}
