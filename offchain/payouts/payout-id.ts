import { AbiCoder } from "ethers";
import { keccak256Hex } from "../keccak.ts";
import { abiWords } from "../sessions/abi-words.ts";

/** `"lucid.payout"` in abi.encode(string, uint64, address): where it begins, its length, and itself left-aligned. */
const LABEL = "lucid.payout";
const LABEL_OFFSET = 96;
const LABEL_WORD = `0x${Buffer.from(LABEL).toString("hex").padEnd(64, "0")}`;

const REQUEST_LABEL = "lucid.request";
/** Periods from here on belong to requests, those below to months. */
const FIRST_REQUEST_PERIOD = 2n ** 63n;

/**
 * Id of what an entity is paid for a month: `keccak256(abi.encode("lucid.payout", uint64 period, address entityId))`.
 * The budget is no part of it, so that a month is paid once, whatever it was planned with.
 *
 * @param period e.g. 202611
 * @param entityId 0x and 40 hex digits
 */
export function payoutIdOf(period: bigint, entityId: string): string {
  return keccak256Hex(abiWords(LABEL_OFFSET, period, entityId.toLowerCase(), LABEL.length, LABEL_WORD));
}

/** Id of a single request: `keccak256(abi.encode("lucid.request", string reference))`. */
export function requestPayoutId(reference: string): string {
  const encoded = AbiCoder.defaultAbiCoder().encode(["string", "string"], [REQUEST_LABEL, reference]);
  return keccak256Hex(Buffer.from(encoded.slice(2), "hex"));
}

/** Period of a request's statement, which has one row: 2^63 + (payoutId mod 2^63). */
export function requestPeriod(payoutId: string): bigint {
  return FIRST_REQUEST_PERIOD + (BigInt(payoutId) % FIRST_REQUEST_PERIOD);
}
