import { join } from "node:path";
import type { Wallet } from "ethers";
import { z } from "zod";
import { readJsonFile, writeJsonFile } from "../sessions/json-file.ts";
import type { NewPayout } from "../store/documents.ts";
import type { Payouts } from "../store/repositories/payouts.ts";
import type { SignerRole } from "./errors.ts";
import { requestPayoutId, requestPeriod } from "./payout-id.ts";
import { PayoutServiceError } from "./service/errors.ts";
import { requireSigner, type Signers } from "./signers.ts";
import { statementLeaf } from "./statement-tree.ts";
import { payoutSigner, routerDomain, signPayoutMessage } from "./typed-data.ts";

const MAX_BYTES = 2 ** 16;
/** Characters that are not seen: two references that look alike must not be two payments. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;

/**
 * A reference in the one form in which it counts: in Unicode's NFC, without spaces around it.
 *
 * @returns undefined where it is empty, or has a control character, an invisible one, or another space than the plain one
 */
export function requestReference(text: string): string | undefined {
  const reference = text.normalize("NFC").trim();
  return reference === "" || UNSEEN.test(reference) ? undefined : reference;
}

const requestSchema = z.strictObject({
  reference: z.string().refine((text) => requestReference(text) === text, "it is not in its normal form"),
  reason: z.string(),
  to: z.string(),
  /** micro-USDT */
  amount: z.string().regex(/^[1-9]\d{0,18}$/),
  router: z.string(),
  chainId: z.string(),
  planner: z.string().optional(),
  approver: z.string().optional(),
});

/** One payment through the router without KYC: a statement of one row, which the same two people sign. */
export type PayoutRequest = z.infer<typeof requestSchema>;

/** Requests by their reference, a file for each, written whole or not at all. */
export class RequestFolder {
  readonly #folder: string;

  /** @param dataDir LUCID_DATA_DIR */
  constructor(dataDir: string) {
    this.#folder = join(dataDir, "requests");
  }

  fileOf(reference: string): string {
    return join(this.#folder, `${requestPayoutId(reference)}.json`);
  }

  /** @throws {PayoutServiceError} REQUEST_UNUSABLE where its file is malformed */
  async read(reference: string): Promise<PayoutRequest | undefined> {
    const file = this.fileOf(reference);
    const parsed = await readJsonFile(file, requestSchema, MAX_BYTES);
    if (parsed === undefined) return undefined;
    if ("value" in parsed && parsed.value.reference === reference) return parsed.value;
    const reason = `${file} is not its file: ${"value" in parsed ? "it has another reference" : parsed.reason}`;
    throw new PayoutServiceError({ code: "REQUEST_UNUSABLE", reference, reason });
  }

  async write(request: PayoutRequest): Promise<void> {
    await writeJsonFile(this.fileOf(request.reference), request);
  }
}

/** The payout of a request, as it is entered; its root is the leaf of its only row. */
export function requestRow(request: PayoutRequest): Omit<NewPayout, "planner_sig" | "approver_sig"> & {
  readonly plan_root: string;
} {
  const { reference, reason, to, router } = request;
  const payoutId = requestPayoutId(reference);
  const amount = BigInt(request.amount);
  return {
    _id: payoutId,
    to_addr: to,
    usdt_amount: amount,
    router,
    reason,
    plan_index: 0,
    plan_period: requestPeriod(payoutId).toString(),
    plan_total: amount,
    plan_root: statementLeaf({ router, payoutId, to, amount }),
    plan_proof: [],
    status: "pending",
  };
}

/**
 * Makes a request, or finds the one that was made with the same values, and signs it as the planner.
 *
 * @throws {PayoutServiceError} REQUEST_DIFFERS
 * @throws {PayoutError} SIGNER_DIFFERS
 */
export async function makeRequest(
  asked: PayoutRequest,
  wallet: Wallet,
  signers: Signers,
  folder: RequestFolder,
): Promise<PayoutRequest> {
  requireSigner("planner", wallet.address, signers);
  const stored = await folder.read(asked.reference);
  for (const field of ["to", "amount", "reason", "router", "chainId"] as const) {
    if (stored === undefined || stored[field] === asked[field]) continue;
    throw new PayoutServiceError({
      code: "REQUEST_DIFFERS",
      ...{ reference: asked.reference, field, stored: stored[field], asked: asked[field] },
    });
  }
  const planner = await signPayoutMessage(wallet, messageOf(asked));
  const request = { ...asked, ...stored, planner };
  await folder.write(request);
  return request;
}

/** What the approver's own settings say of requests. */
export interface RequestTerms {
  readonly signers: Signers;
  /** Base58check. */
  readonly router: string;
  readonly chainId: bigint;
}

/**
 * Whether a request is signed by the planner, and for the router and network in the settings.
 *
 * @throws {PayoutServiceError} REQUEST_UNUSABLE
 */
export function requireUsable(request: PayoutRequest, { signers, router, chainId }: RequestTerms): void {
  requireSame(request, "router", router);
  requireSame(request, "chainId", chainId.toString());
  requireSigned(request, "planner", signers);
}

/**
 * Signs a request as the approver and enters its payout as pending; done before, it changes nothing.
 *
 * @returns whether it was entered by this call
 * @throws {PayoutServiceError} REQUEST_UNUSABLE
 * @throws {PayoutError} SIGNER_DIFFERS
 */
export async function approveRequest(
  request: PayoutRequest,
  wallet: Wallet,
  terms: RequestTerms,
  { folder, payouts }: { readonly folder: RequestFolder; readonly payouts: Payouts },
): Promise<boolean> {
  requireSigner("approver", wallet.address, terms.signers);
  requireUsable(request, terms);
  const approver = await signPayoutMessage(wallet, messageOf(request));
  await folder.write({ ...request, approver });
  const row = { ...requestRow(request), planner_sig: request.planner as string, approver_sig: approver };
  return (await payouts.insertMany([row])).inserted === 1;
}

/** @throws {PayoutServiceError} REQUEST_UNUSABLE */
function requireSigned(request: PayoutRequest, role: SignerRole, signers: Signers): void {
  const signature = request[role];
  if (signature !== undefined && payoutSigner(messageOf(request), signature) === signers[role]) return;
  const reason = `it is not signed by the ${role} ${signers[role]}`;
  throw new PayoutServiceError({ code: "REQUEST_UNUSABLE", reference: request.reference, reason });
}

/** @throws {PayoutServiceError} REQUEST_UNUSABLE */
function requireSame(request: PayoutRequest, field: "router" | "chainId", expected: string): void {
  if (request[field] === expected) return;
  const reason = `its ${field} is ${request[field]}, but in the settings it is ${expected}; ask the planner, or correct the settings`;
  throw new PayoutServiceError({ code: "REQUEST_UNUSABLE", reference: request.reference, reason });
}

function messageOf(request: PayoutRequest) {
  const { plan_root: root, plan_total: total = 0n, plan_period: period = "0" } = requestRow(request);
  return {
    domain: routerDomain("v0", BigInt(request.chainId), request.router),
    name: "Statement",
    message: { period: BigInt(period), root, total },
  } as const;
}
