import { isError } from "ethers";
import { cutText } from "../cut-text.ts";
import { LucidError } from "../errors.ts";
import { EvmError } from "./errors.ts";
import { type NodeAnswer, type NodeMeaning, readNodeMessage } from "./node-messages.ts";
import type { CallCodec } from "./transactions/call-codec.ts";

/** Who was doing what, for the message of the error. */
export interface Attempt {
  /** E.g. `LucidAnchors.registerSession`. */
  readonly action: string;
  /** The account that sends, where there is one. @default "the caller" */
  readonly account?: string;
}

/**
 * Turns what ethers throws into a typed error: a custom error with its values, an account without funds, an endpoint
 * that does not answer. Errors that are already typed pass through.
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
  const meaning = meaningOf(error);
  if (meaning === "funds-missing") {
    return new EvmError({ code: "FUNDS_MISSING", account, action, reason }, options);
  }
  return new EvmError({ code: "RPC_FAILED", action, reason, ...(meaning && { meaning }) }, options);
}

/** What a node said, in its own words; what ethers says if it kept none. */
export function reasonOf(error: unknown): string {
  // ethers keeps what the node answered in one place where it knows the error, and in another where it does not.
  const { error: unknown, info } = (error ?? {}) as { error?: unknown; info?: { error?: unknown } };
  for (const answer of [unknown, info?.error]) if (isMessage(answer)) return cutText(answer.message);
  if (error instanceof Error && "shortMessage" in error) return cutText(String(error.shortMessage));
  return cutText(error instanceof Error ? error.message : String(error));
}

const isMessage = (value: unknown): value is { message: string } =>
  typeof value === "object" && value !== null && "message" in value && typeof value.message === "string";

/**
 * Whether a call reverted and returned nothing. Every error with which a node answers a call looks like a revert
 * to ethers, even that it keeps no state of that block: only the node's own words distinguish them.
 */
export function isRevertWithoutReason(error: unknown): boolean {
  if (!isError(error, "CALL_EXCEPTION")) return false;
  return error.data === "0x" || (error.data === null && /revert|opcode|out of gas/i.test(reasonOf(error)));
}

/** What a node means by its error; undefined where it did not answer, or where its message is not in the table. */
export function readNodeError(error: unknown): NodeAnswer | undefined {
  if (error instanceof LucidError) return undefined;
  const answer = readNodeMessage(reasonOf(error));
  if (answer !== undefined) return answer;
  // ethers recognises some refusals by its own, looser patterns.
  const meaning = ETHERS_CODES.find(([code]) => isError(error, code))?.[1];
  return meaning && { meaning, minPrice: undefined };
}

const ETHERS_CODES = [
  ["INSUFFICIENT_FUNDS", "funds-missing"],
  ["NONCE_EXPIRED", "nonce-used"],
  ["REPLACEMENT_UNDERPRICED", "nonce-held"],
] as const;

/** The same without the price that the message may name. */
export const meaningOf = (error: unknown): NodeMeaning | undefined => readNodeError(error)?.meaning;

const among =
  (...meanings: readonly NodeMeaning[]) =>
  (meaning: NodeMeaning | undefined): boolean =>
    meaning !== undefined && meanings.includes(meaning);

/** Whether a node refused because its pool holds other bytes with this nonce, or a block has used it. */
export const isNonceTaken = among("nonce-held", "nonce-used");

/** Whether a node would accept the call at a higher price. */
export const isOutbid = among("nonce-held", "underpriced", "below-base-fee");

/**
 * Whether a node said that it did not accept a transaction. Any other error leaves open whether the transaction was
 * passed on: gateways answer with their own errors after they forwarded it. A full pool is not a refusal: the bytes are
 * kept and sent again until there is room.
 */
export const isRefusal = among(
  "nonce-held",
  "nonce-used",
  "nonce-gap",
  "underpriced",
  "below-base-fee",
  "funds-missing",
  "gas-too-low",
  "gas-too-high",
  "fee-cap-exceeded",
  "invalid",
);

const isRefusedForGood = among("gas-too-low", "gas-too-high", "fee-cap-exceeded", "invalid");

/** Whether a node will refuse the same call however often it is sent, at any price. */
export function isForGood(failure: LucidError | undefined): boolean {
  return (
    failure instanceof EvmError &&
    failure.details.code === "RPC_FAILED" &&
    isRefusedForGood(failure.details.meaning)
  );
}

/** Whether it tells the outcome of sending a transaction: only a node can know that, not a gateway in front of it. */
export const isAboutTransaction = (meaning: NodeMeaning | undefined): boolean =>
  isRefusal(meaning) || meaning === "already-known" || meaning === "pool-full";

/** Whether a node answered with an error of any kind; false where no answer came. */
export function isAnsweredError(error: unknown): boolean {
  if (error instanceof LucidError) return false;
  const isSilence =
    isError(error, "NETWORK_ERROR") || isError(error, "TIMEOUT") || isError(error, "SERVER_ERROR");
  return isError(error, "UNKNOWN_ERROR") || (error instanceof Error && "code" in error && !isSilence);
}
