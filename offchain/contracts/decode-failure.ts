import { Interface, id, isError, ZeroHash } from "ethers";
import {
  ILucidAnchors__factory,
  ILucidChunkStore__factory,
  LucidAnchors__factory,
} from "../../typechain-types/index.ts";
import { LucidError } from "../errors.ts";
import { cutText } from "../evm/cut-text.ts";
import { EvmError } from "../evm/errors.ts";
import { ContractError } from "./errors.ts";

/** Every custom error that a call into our contracts can end with, those of OpenZeppelin's among them. */
const ERRORS = new Interface([
  ...LucidAnchors__factory.abi.filter(({ type }) => type === "error"),
  ...ILucidAnchors__factory.abi.filter(({ type }) => type === "error"),
  ...ILucidChunkStore__factory.abi.filter(({ type }) => type === "error"),
  "error MerkleProofInvalidMultiproof()",
]);

const ROLE_NAMES = new Map([
  [ZeroHash, "ADMIN"],
  [id("REGISTRAR_ROLE"), "REGISTRAR"],
  [id("UPLOADER_ROLE"), "UPLOADER"],
]);

/** 0x and the 4 bytes that name a custom error. */
const SELECTOR_DIGITS = 2 + 2 * 4;

/** Who was doing what, for the words of the error. */
export interface Attempt {
  /** E.g. `LucidAnchors.registerSession`. */
  readonly action: string;
  /** The account that sends, where there is one. */
  readonly account?: string;
}

/**
 * Turns what ethers throws into a typed error: a custom error with its values, an account without funds, an
 * endpoint that is gone. What is typed already passes through.
 */
export function decodeFailure(error: unknown, { action, account = "the caller" }: Attempt): LucidError {
  if (error instanceof LucidError) return error;
  const options = { cause: error };
  const revert = revertOf(error);
  if (revert !== undefined)
    return new ContractError({ code: "CONTRACT_REVERTED", action, ...revert }, options);
  if (isError(error, "INSUFFICIENT_FUNDS")) {
    return new EvmError({ code: "FUNDS_MISSING", account, action }, options);
  }
  // The answer has not the form of ours: another contract's, or that of an address without code.
  if (isError(error, "BAD_DATA") || isError(error, "BUFFER_OVERRUN")) {
    return new ContractError({ code: "CONTRACT_FOREIGN", action }, options);
  }
  const reason = reasonOf(error);
  if (/insufficient funds|doesn't have enough funds/i.test(reason)) {
    return new EvmError({ code: "FUNDS_MISSING", account, action }, options);
  }
  return new EvmError({ code: "RPC_FAILED", action, reason }, options);
}

function revertOf(error: unknown): { error: string; values: Record<string, string> } | undefined {
  if (!isError(error, "CALL_EXCEPTION") || error.data === null || error.data.length < SELECTOR_DIGITS) {
    return undefined;
  }
  return customErrorOf(error.data) ?? { error: "unknown", values: { data: cutText(error.data) } };
}

/** The custom error in what a call returned; undefined where it is none of ours, or its values cannot be read. */
function customErrorOf(data: string): { error: string; values: Record<string, string> } | undefined {
  try {
    const parsed = ERRORS.parseError(data);
    if (parsed === null) return undefined;
    const values = parsed.fragment.inputs.map(({ name }, index) => {
      return [name, cutText(nameOf(name, String(parsed.args[index])))];
    });
    return { error: parsed.name, values: Object.fromEntries(values) };
  } catch {
    // ethers throws when values are read that it could not decode.
    return undefined;
  }
}

/** A role is asked for by its hash, and granted by its name. */
function nameOf(field: string, value: string): string {
  return field === "neededRole" ? (ROLE_NAMES.get(value) ?? value) : value;
}

function reasonOf(error: unknown): string {
  // ethers keeps what the node answered in one place where it knows the error, and in another where it does not.
  const { error: unknown, info } = (error ?? {}) as { error?: unknown; info?: { error?: unknown } };
  for (const answer of [unknown, info?.error]) if (isMessage(answer)) return answer.message;
  if (error instanceof Error && "shortMessage" in error) return String(error.shortMessage);
  return error instanceof Error ? error.message : String(error);
}

const isMessage = (value: unknown): value is { message: string } =>
  typeof value === "object" && value !== null && "message" in value && typeof value.message === "string";

/** Whether a broadcast failed only because the node has these bytes already. */
export function isAlreadyTaken(error: unknown): boolean {
  return /already ?known|already imported|known transaction/i.test(reasonOf(error));
}

/** Whether a node refused because its pool holds other bytes with this nonce, or a block has used it. */
export function isNonceHeld(error: unknown): boolean {
  return (
    isError(error, "REPLACEMENT_UNDERPRICED") ||
    isError(error, "NONCE_EXPIRED") ||
    /replacement transaction underpriced|nonce too low/i.test(reasonOf(error))
  );
}

/** Whether a node would take the call for more, from its pool's floor up or instead of what has its nonce. */
export function isUnderpriced(error: unknown): boolean {
  return isError(error, "REPLACEMENT_UNDERPRICED") || /underpriced/i.test(reasonOf(error));
}

/** How nodes say that they did not take a transaction: geth, reth, Erigon, Nethermind, Besu, anvil, Hardhat. */
const REFUSALS = new RegExp(
  [
    "nonce (is )?too (low|high)",
    "nonce is below",
    "old ?nonce",
    "underpriced",
    "replacement ?not ?allowed",
    "fee ?too ?low",
    "gas ?price (is )?(too low|below)",
    "insufficient ?(funds|balance)",
    "doesn't have enough funds",
    "upfront cost exceeds",
    "intrinsic gas",
    "insufficient gas for floor",
    "requires at least \\d+ gas",
    "exceeds? (the )?(block|transaction) gas limit",
    "gas ?limit ?(exceeded|too high)",
    "(less|lower) than (the )?(block|current) base fee",
    "too low for the next block",
    "fee per gas (higher|greater) than max fee",
    "(fee|tx fee).* exceeds the configured cap",
    "invalid ?(sender|signature|tx ?signature|chain ?id|transaction v)",
    "(wrong|incorrect|mismatched) chain ?id",
    "chain ?id (does not|doesn't) match",
    "type not supported",
    "oversized data",
    "only replay-protected",
  ].join("|"),
  "i",
);

/**
 * Whether a node refused a transaction, by the words for what it refuses. Any other error leaves open whether the
 * transaction is on its way: gateways answer with errors of their own after they passed it on.
 */
export function isRefusal(error: unknown): boolean {
  if (error instanceof LucidError) return false;
  return (
    isError(error, "INSUFFICIENT_FUNDS") ||
    isError(error, "NONCE_EXPIRED") ||
    isError(error, "REPLACEMENT_UNDERPRICED") ||
    REFUSALS.test(reasonOf(error))
  );
}

/** Whether a node answered with an error, of whatever kind; false where no answer came. */
export function isAnsweredError(error: unknown): boolean {
  if (error instanceof LucidError) return false;
  const isSilence =
    isError(error, "NETWORK_ERROR") || isError(error, "TIMEOUT") || isError(error, "SERVER_ERROR");
  return isError(error, "UNKNOWN_ERROR") || (error instanceof Error && "code" in error && !isSilence);
}
