/**
 * The group of edwards25519 (RFC 8032, section 5.1), by libsodium. Points are their 32-byte encodings, scalars 32 bytes,
 * least significant first.
 *
 * libsodium multiplies only points of the subgroup of prime order, decodes encodings that RFC 8032 refuses, and has no
 * multiple by zero. Here every point of the curve can be multiplied, and no other encoding is a point.
 */
import {
  crypto_core_ed25519_add,
  crypto_core_ed25519_sub,
  crypto_scalarmult_ed25519_base_noclamp,
  crypto_scalarmult_ed25519_noclamp,
} from "sodium-native";

export const POINT_BYTES = 32;
export const SCALAR_BYTES = 32;
/** Order of the subgroup that the base point generates. */
export const SUBGROUP_ORDER = 2n ** 252n + 27_742_317_777_372_353_535_851_937_790_883_648_493n;

/** The coordinates are whole numbers modulo this prime. */
const FIELD_PRIME = 2n ** 255n - 19n;
/** The order of the whole curve is that of the subgroup times 2^3. */
const COFACTOR_BITS = 3;
/** What libsodium's binding says where the library itself refused, as opposed to an argument of the wrong kind. */
const REFUSAL = "status: ";
const IDENTITY = encodeScalar(1n);

/** @param bytes a whole number, least significant byte first */
export function decodeNumber(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
}

/** Whether a number is below the order of the subgroup. @param scalar 32 bytes */
export function isReduced(scalar: Uint8Array): boolean {
  // Below 2^252, which nearly all are, it is below the order.
  return (scalar.at(-1) as number) < 0x10 || decodeNumber(scalar) < SUBGROUP_ORDER;
}

/** @param scalar below 2^256 */
export function encodeScalar(scalar: bigint): Uint8Array {
  return Buffer.from(scalar.toString(16).padStart(2 * SCALAR_BYTES, "0"), "hex").reverse();
}

export function isIdentity(point: Uint8Array): boolean {
  return Buffer.compare(point, IDENTITY) === 0;
}

/** @throws {Error} when one of the two is not a point; `clearCofactor` tells. */
export function subtractPoints(p: Uint8Array, q: Uint8Array): Uint8Array {
  const difference = Buffer.allocUnsafe(POINT_BYTES);
  crypto_core_ed25519_sub(difference, p, q);
  return difference;
}

/**
 * 8 P, which is in the subgroup of prime order for every P.
 *
 * @param point 32 bytes from anywhere.
 * @returns null where they encode no point (RFC 8032, section 5.1.3).
 */
export function clearCofactor(point: Uint8Array): Uint8Array | null {
  if (!isCanonical(point)) return null;
  const product = Buffer.allocUnsafe(POINT_BYTES);
  if (!isAccepted(() => crypto_core_ed25519_add(product, point, point))) return null;
  for (let doublings = 1; doublings < COFACTOR_BITS; doublings++) {
    crypto_core_ed25519_add(product, product, product);
  }
  return product;
}

/** A scalar's multiple of the base point. */
export function multiplyBase(scalar: Uint8Array): Uint8Array {
  const product = Buffer.allocUnsafe(POINT_BYTES);
  const isMultiplied = isAccepted(() => crypto_scalarmult_ed25519_base_noclamp(product, scalar));
  // Of scalars below the order, libsodium refuses zero alone.
  return isMultiplied ? product : IDENTITY;
}

/**
 * A scalar's multiple of a point in the subgroup of prime order.
 *
 * @param scalar below 2^255.
 * @param point 32 bytes from anywhere.
 * @returns null where it is not in that subgroup, is the identity or is no point, or the scalar is zero.
 */
export function multiplyInSubgroup(scalar: Uint8Array, point: Uint8Array): Uint8Array | null {
  const product = Buffer.allocUnsafe(POINT_BYTES);
  return isAccepted(() => crypto_scalarmult_ed25519_noclamp(product, scalar, point)) ? product : null;
}

/**
 * A scalar's multiple of any point.
 *
 * @param scalar below 2^255.
 * @throws {Error} when it is not a point; `clearCofactor` tells.
 */
export function multiplyPoint(scalar: Uint8Array, point: Uint8Array): Uint8Array {
  return multiplyInSubgroup(scalar, point) ?? multiplyByParts(decodeNumber(scalar), point);
}

/** With n = 8 q + r, n P is q (8 P) + r P: 8 P is in the subgroup of prime order, and r P takes a few additions. */
function multiplyByParts(scalar: bigint, point: Uint8Array): Uint8Array {
  const inSubgroup = clearCofactor(point);
  if (inSubgroup === null) throw new TypeError("only points can be multiplied");
  const quotient = encodeScalar(scalar >> BigInt(COFACTOR_BITS));
  // Null stands for no multiple at all: the quotient is zero, or 8 P is the identity.
  const sum = Buffer.from(multiplyInSubgroup(quotient, inSubgroup) ?? IDENTITY);
  const remainder = BigInt.asUintN(COFACTOR_BITS, scalar);
  for (let added = 0n; added < remainder; added++) crypto_core_ed25519_add(sum, sum, point);
  return sum;
}

/** Whether libsodium's more lenient decoding may be asked: y is below the prime, and an x of zero has no sign. */
function isCanonical(point: Uint8Array): boolean {
  const highest = point.at(-1);
  // Every encoding to be refused ends in one of these; as numbers, few encodings have to be looked at.
  if (highest !== 0x7f && highest !== 0x80 && highest !== 0xff) return true;
  const encoding = decodeNumber(point);
  const y = BigInt.asUintN(255, encoding);
  const isNegative = encoding !== y;
  const isZeroX = y === 1n || y === FIELD_PRIME - 1n;
  return y < FIELD_PRIME && !(isNegative && isZeroX);
}

/** Half of the encodings that a VRF tries are refused, and the trace of each error would cost more than the answer. */
function isAccepted(operation: () => void): boolean {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    operation();
    return true;
  } catch (error) {
    if (error instanceof Error && error.message.startsWith(REFUSAL)) return false;
    throw error;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
