import { isError } from "ethers";
import { LucidError } from "../errors.ts";
import { EvmError } from "./errors.ts";
import type { CallCodec } from "./transactions/call-codec.ts";

/** Who was doing what, for the words of the error. */
export interface Attempt {
  /** E.g. `LucidAnchors.registerSession`. */
  readonly action: string;
  /** The account that sends, where there is one. @default "the caller" */
  readonly account?: string;
}

/**
 * Turns what ethers throws into a typed error: a custom error with its values, an account without funds, an endpoint
 * that is gone. What is typed already passes through.
 */
export function typedFailure(
  error: unknown,
  { action, account = "the caller" }: Attempt,
  { decodeRevert }: Pick<CallCodec, "decodeRevert">,
): LucidError {
  if (error instanceof LucidError) return error;
  const options = { cause: error };
  const revert = isError(error, "CALL_EXCEPTION") ? decodeRevert(error.data, action) : undefined;
  if (revert !== undefined) return Object.assign(revert, options);
  const reason = reasonOf(error);
  if (isError(error, "INSUFFICIENT_FUNDS") || /insufficient funds|doesn't have enough funds/i.test(reason)) {
    return new EvmError({ code: "FUNDS_MISSING", account, action }, options);
  }
  return new EvmError({ code: "RPC_FAILED", action, reason }, options);
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

/**
 * Whether a call reverted and returned nothing. Every error that a node answers a call with looks like a revert to
 * ethers, also that it keeps no state of that block: the node's own words tell them apart.
 */
export function isRevertWithoutReason(error: unknown): boolean {
  if (!isError(error, "CALL_EXCEPTION")) return false;
  return error.data === "0x" || (error.data === null && /revert|opcode|out of gas/i.test(reasonOf(error)));
}

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
