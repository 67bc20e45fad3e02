import { AbiCoder, ZeroAddress } from "ethers";
import { keccak256Hex } from "../keccak.ts";

const WORD_BYTES = 32;
const ADDRESS_BYTES = 20;
/**
 * `abi.encode("lucid.payout", uint64 period, address entityId)`: where the string begins, period, entity, the string's
 * length, and the string. Period and entity are written over for each id: a statement has up to a million.
 */
const encoded = Buffer.from(
  AbiCoder.defaultAbiCoder()
    .encode(["string", "uint64", "address"], ["lucid.payout", 0, ZeroAddress])
    .slice(2),
  "hex",
);

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
  encoded.writeBigUInt64BE(period, 2 * WORD_BYTES - 8);
  encoded.write(entityId.slice(2), 3 * WORD_BYTES - ADDRESS_BYTES, ADDRESS_BYTES, "hex");
  return keccak256Hex(encoded);
}

/** Id of a single request: `keccak256(abi.encode("lucid.request", string reference))`. */
export function requestPayoutId(reference: string): string {
  const request = AbiCoder.defaultAbiCoder().encode(["string", "string"], [REQUEST_LABEL, reference]);
  return keccak256Hex(Buffer.from(request.slice(2), "hex"));
}

/** Period of a request's statement, which has one row: 2^63 + (payoutId mod 2^63). */
export function requestPeriod(payoutId: string): bigint {
  return FIRST_REQUEST_PERIOD + (BigInt(payoutId) % FIRST_REQUEST_PERIOD);
}
