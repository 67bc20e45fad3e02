import { TypedDataEncoder, type Wallet } from "ethers";
import { recoverAddress } from "../sessions/recover-address.ts";
import { hexOf } from "../tron-address.ts";

/** EIP-712 name of a router, which is part of its domain. */
export const ROUTER_NAMES = { v0: "Lucid PayoutRouterV0", kyc: "Lucid PayoutRouterKYC" } as const;
const LEDGER_NAME = "Lucid PayoutLedger";
const DOCUMENT_NAME = "Lucid Statement";
const VERSION = "1";

/** What planner, approver and compliance sign. Addresses are the 20 bytes without TRON's 0x41. */
const PAYOUT_TYPES = {
  /** Opens a statement at a router. */
  Statement: [
    { name: "period", type: "uint64" },
    { name: "root", type: "bytes32" },
    { name: "total", type: "uint256" },
  ],
  /** Closes it, so that another root can be opened for the period. */
  StatementClosing: [
    { name: "period", type: "uint64" },
    { name: "root", type: "bytes32" },
  ],
  /** Approves a payment at the router with KYC. */
  Compliance: [
    { name: "payoutId", type: "bytes32" },
    { name: "to", type: "address" },
    { name: "amount", type: "uint256" },
    { name: "kycHash", type: "bytes32" },
    { name: "expiry", type: "uint64" },
  ],
  /** Makes a payoutId unpayable, at the ledger. */
  PayoutVoid: [{ name: "payoutId", type: "bytes32" }],
  /** The whole file of a statement: credits, shares and what is carried over, which the root does not bind. */
  StatementDocument: [
    { name: "period", type: "uint64" },
    { name: "hash", type: "bytes32" },
  ],
} as const;

export type PayoutMessageName = keyof typeof PAYOUT_TYPES;

/** A message of one of the types. Numbers are bigint, bytes and addresses hex. */
export interface PayoutMessage {
  readonly domain: PayoutDomain;
  readonly name: PayoutMessageName;
  readonly message: Readonly<Record<string, bigint | string>>;
}

export interface PayoutDomain {
  readonly name: string;
  readonly version: string;
  readonly chainId: bigint;
  readonly verifyingContract?: string;
}

/**
 * @param chainId block.chainid of TRON
 * @param router TRON address
 */
export function routerDomain(kind: keyof typeof ROUTER_NAMES, chainId: bigint, router: string): PayoutDomain {
  return { name: ROUTER_NAMES[kind], version: VERSION, chainId, verifyingContract: hexOf(router) };
}

/** @param ledger TRON address */
export function ledgerDomain(chainId: bigint, ledger: string): PayoutDomain {
  return { name: LEDGER_NAME, version: VERSION, chainId, verifyingContract: hexOf(ledger) };
}

/** No contract reads it. */
export function documentDomain(chainId: bigint): PayoutDomain {
  return { name: DOCUMENT_NAME, version: VERSION, chainId };
}

/** The EIP-712 hash that is signed, bytes32. */
export function payoutDigest({ domain, name, message }: PayoutMessage): string {
  return TypedDataEncoder.hash({ ...domain }, typesOf(name), { ...message });
}

/** @returns r, s and v, 65 bytes in lower-case hex */
export async function signPayoutMessage(
  wallet: Wallet,
  { domain, name, message }: PayoutMessage,
): Promise<string> {
  return await wallet.signTypedData({ ...domain }, typesOf(name), { ...message });
}

/**
 * Who signed a message.
 *
 * @returns lower-case hex; undefined if the signature is malformed, has a high s, or fits no key
 */
export function payoutSigner(message: PayoutMessage, signature: string): string | undefined {
  return recoverAddress(payoutDigest(message), signature).address;
}

const typesOf = (name: PayoutMessageName) => ({ [name]: [...PAYOUT_TYPES[name]] });
