import { join } from "node:path";
import type { Wallet } from "ethers";
import { z } from "zod";
import { readJsonFile, writeJsonFile } from "../sessions/json-file.ts";
import type { SignerRole } from "./errors.ts";
import { PayoutServiceError } from "./service/errors.ts";
import { ROUTER_ABI } from "./service/router-calls.ts";
import type { PurposefulCall } from "./service/tron-sender.ts";
import type { KnownRouter } from "./service/verify-row.ts";
import { requireSigner, type Signers } from "./signers.ts";
import { type PayoutMessage, payoutSigner, routerDomain, signPayoutMessage } from "./typed-data.ts";

const MAX_BYTES = 2 ** 16;
const hex = z.string().regex(/^0x[0-9a-f]+$/);

const closingSchema = z.strictObject({
  period: z.string().regex(/^[1-9]\d{0,19}$/),
  root: z.string().regex(/^0x[0-9a-f]{64}$/),
  /** Base58check. */
  router: z.string(),
  chainId: z.string(),
  planner: hex.optional(),
  approver: hex.optional(),
});

/** What planner and approver sign to close a period's statement at its router, for good. */
export type StatementClosing = z.infer<typeof closingSchema>;

/** The statement that is open in a period, by the router and the settings. */
export interface OpenStatement {
  readonly period: bigint;
  readonly root: string;
  readonly router: KnownRouter;
  readonly chainId: bigint;
}

/** Closings by their periods, a file for each, written whole or not at all. */
export class ClosingFolder {
  readonly #folder: string;

  /** @param dataDir LUCID_DATA_DIR */
  constructor(dataDir: string) {
    this.#folder = join(dataDir, "closings");
  }

  fileOf(period: bigint): string {
    return join(this.#folder, `${period}.json`);
  }

  /**
   * @returns undefined where there is none, or none that can be read: the planner replaces it
   * @throws {SessionError} FILE_NOT_REGULAR, FILE_TOO_LARGE, FILE_UNREADABLE
   */
  async find(period: bigint): Promise<StatementClosing | undefined> {
    const found = await this.#read(period);
    return "fault" in found ? undefined : found;
  }

  /**
   * @throws {PayoutServiceError} CLOSING_UNUSABLE where there is none, or its file is malformed
   * @throws {SessionError} as {@link find}
   */
  async require(period: bigint): Promise<StatementClosing> {
    const found = await this.#read(period);
    if ("fault" in found) throw unusable(period, found.fault);
    return found;
  }

  async #read(period: bigint): Promise<StatementClosing | { readonly fault: string }> {
    const file = this.fileOf(period);
    const parsed = await readJsonFile(file, closingSchema, MAX_BYTES);
    if (parsed === undefined) return { fault: `there is no file ${file}; copy it from the planner` };
    if ("value" in parsed && parsed.value.period === period.toString()) return parsed.value;
    const reason = "value" in parsed ? "it is of another period" : parsed.reason;
    return { fault: `${file}: ${reason}; let the planner sign it again (payout close)` };
  }

  async write(closing: StatementClosing): Promise<void> {
    await writeJsonFile(this.fileOf(BigInt(closing.period)), closing);
  }
}

/**
 * Signs the closing of an open statement as the planner. What is stored for the same one is kept; that of an earlier one,
 * and a file that is malformed, is replaced.
 *
 * @throws {PayoutError} SIGNER_DIFFERS
 */
export async function makeClosing(
  open: OpenStatement,
  wallet: Wallet,
  signers: Signers,
  folder: ClosingFolder,
): Promise<StatementClosing> {
  requireSigner("planner", wallet.address, signers);
  const stored = await folder.find(open.period);
  const planner = await signPayoutMessage(wallet, messageOf(open));
  const closing = {
    ...{ period: open.period.toString(), root: open.root, router: open.router.address },
    ...{ chainId: open.chainId.toString(), planner },
    ...(stored !== undefined && isOf(stored, open) && { approver: stored.approver }),
  };
  await folder.write(closing);
  return closing;
}

/**
 * Signs a closing as the approver.
 *
 * @throws {PayoutServiceError} CLOSING_UNUSABLE
 * @throws {PayoutError} SIGNER_DIFFERS
 */
export async function approveClosing(
  closing: StatementClosing,
  open: OpenStatement,
  wallet: Wallet,
  signers: Signers,
  folder: ClosingFolder,
): Promise<StatementClosing> {
  requireSigner("approver", wallet.address, signers);
  requireClosing(closing, open, ["planner"], signers);
  const approver = await signPayoutMessage(wallet, messageOf(open));
  const approved = { ...closing, approver };
  await folder.write(approved);
  return approved;
}

/**
 * Whether a closing is of this statement, and signed.
 *
 * @param roles whose signatures are needed
 * @throws {PayoutServiceError} CLOSING_UNUSABLE
 */
export function requireClosing(
  closing: StatementClosing,
  open: OpenStatement,
  roles: readonly SignerRole[],
  signers: Signers,
): void {
  const { period, root, router, chainId } = open;
  for (const [field, found, expected] of [
    ["router", closing.router, router.address],
    ["chain id", closing.chainId, chainId.toString()],
    ["root", closing.root, root],
  ] as const) {
    if (found !== expected) {
      throw unusable(period, `its ${field} is ${found}, expected ${expected}; let the planner sign it again`);
    }
  }
  for (const role of roles) {
    const signature = closing[role];
    if (signature !== undefined && payoutSigner(messageOf(open), signature) === signers[role]) continue;
    const remedy = role === "planner" ? "payout close" : "payout close --approve";
    throw unusable(period, `it is not signed by the ${role} ${signers[role]} (${remedy})`);
  }
}

/** The call that closes the statement. Anybody may send it: the signatures count. */
export function closeCall({ planner, approver }: StatementClosing, open: OpenStatement): PurposefulCall {
  const { router, root, period } = open;
  return {
    ...{ contract: router.address, name: "closeStatement", purpose: `Closing the statement ${root}` },
    data: ROUTER_ABI[router.kind].encodeFunctionData("closeStatement", [root, period, planner, approver]),
  };
}

const isOf = (closing: StatementClosing, { root, router, chainId }: OpenStatement) =>
  closing.root === root && closing.router === router.address && closing.chainId === chainId.toString();

function messageOf({ period, root, router, chainId }: OpenStatement): PayoutMessage {
  return {
    domain: routerDomain(router.kind, chainId, router.address),
    name: "StatementClosing",
    message: { period, root },
  };
}

const unusable = (period: bigint, reason: string) =>
  new PayoutServiceError({ code: "CLOSING_UNUSABLE", period, reason });
