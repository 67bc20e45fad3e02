/**
 * ECVRF-EDWARDS25519-SHA512-TAI written out from RFC 9381 on @noble/curves, step by step and with the RFC's names:
 * the reference for offchain/consensus/vrf.ts in tests and benchmarks.
 */
import { createHash } from "node:crypto";
import type { EdwardsPoint } from "@noble/curves/abstract/edwards.js";
import { ed25519 } from "@noble/curves/ed25519.js";

export type Point = EdwardsPoint;

const { Point: Curve } = ed25519;
const { BASE: B, ZERO } = Curve;
/** The order of the group that B generates. */
export const q = Curve.Fn.ORDER;

/** How a point is multiplied by a number from 1 to q - 1. */
export type Multiply = (point: Point, scalar: bigint) => Point;

/** @noble/curves' multiplication in general, and its faster one for numbers that are not secret. */
export const MULTIPLY: Multiply = (point, scalar) => point.multiply(scalar);
export const MULTIPLY_UNSAFE: Multiply = (point, scalar) => point.multiplyUnsafe(scalar);

/** All values that RFC 9381 gives for an example. */
export interface ProofSteps {
  readonly PK: Uint8Array;
  readonly x: bigint;
  readonly H: Point;
  readonly k_string: Uint8Array;
  readonly k: bigint;
  readonly U: Point;
  readonly V: Point;
  readonly pi: Uint8Array;
  readonly beta: Uint8Array;
}

/** Section 5.1. */
export function provePlainly(SK: Uint8Array, alpha: Uint8Array): ProofSteps {
  const hashed = sha512(SK);
  const x = secretScalar(SK);
  const Y = times(B, x);
  const H = encodeToCurve(Y.toBytes(), alpha);
  const Gamma = times(H, x);
  const k_string = sha512(hashed.subarray(32), H.toBytes());
  const k = stringToInt(k_string) % q;
  const [U, V] = [times(B, k), times(H, k)];
  const c = challenge(Y, H, Gamma, U, V);
  const pi = encodeProof(Gamma, c, (k + c * x) % q);
  return { PK: Y.toBytes(), x, H, k_string, k, U, V, pi, beta: output(Gamma) };
}

/** Section 5.3, with validate_key = TRUE. */
export function verifyPlainly(
  PK: Uint8Array,
  alpha: Uint8Array,
  pi: Uint8Array,
  multiply: Multiply = MULTIPLY,
): Uint8Array | null {
  const Y = stringToPoint(PK);
  if (Y === null || Y.clearCofactor().is0()) return null;
  if (pi.length !== 80) return null;
  const Gamma = stringToPoint(pi.subarray(0, 32));
  const c = stringToInt(pi.subarray(32, 48));
  const s = stringToInt(pi.subarray(48));
  if (Gamma === null || s >= q) return null;
  const H = encodeToCurve(PK, alpha);
  const U = times(B, s, multiply).subtract(times(Y, c, multiply));
  const V = times(H, s, multiply).subtract(times(Gamma, c, multiply));
  return challenge(Y, H, Gamma, U, V) === c ? output(Gamma) : null;
}

/** x (RFC 8032, section 5.1.5). */
export function secretScalar(SK: Uint8Array): bigint {
  const lowest = stringToInt(sha512(SK).subarray(0, 32)) & ~7n;
  return BigInt.asUintN(254, lowest) + 2n ** 254n;
}

/** Section 5.4.1.1. */
export function encodeToCurve(PK: Uint8Array, alpha: Uint8Array): Point {
  for (let ctr = 0; ctr < 256; ctr++) {
    const hashed = sha512(Uint8Array.of(3, 1), PK, alpha, Uint8Array.of(ctr, 0));
    const H = stringToPoint(hashed.subarray(0, 32))?.clearCofactor() ?? ZERO;
    if (!H.is0()) return H;
  }
  throw new Error("no counter gives a point");
}

/** Section 5.4.3. */
export function challenge(...points: Point[]): bigint {
  const hashed = sha512(Uint8Array.of(3, 2), ...points.map((point) => point.toBytes()), Uint8Array.of(0));
  return stringToInt(hashed.subarray(0, 16));
}

export function encodeProof(Gamma: Point, c: bigint, s: bigint): Uint8Array {
  return Buffer.concat([Gamma.toBytes(), intToString(c, 16), intToString(s, 32)]);
}

export function intToString(number: bigint, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => Number((number >> BigInt(8 * index)) & 0xffn));
}

/** @noble/curves has no multiple by zero, or by the order and more. */
export function times(point: Point, scalar: bigint, multiply: Multiply = MULTIPLY): Point {
  return scalar % q === 0n ? ZERO : multiply(point, scalar % q);
}

/** Section 5.2. */
function output(Gamma: Point): Uint8Array {
  return sha512(Uint8Array.of(3, 3), Gamma.clearCofactor().toBytes(), Uint8Array.of(0));
}

function stringToPoint(string: Uint8Array): Point | null {
  try {
    return Curve.fromBytes(string);
  } catch {
    return null;
  }
}

function stringToInt(string: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(string).reverse().toString("hex")}`);
}

function sha512(...strings: Uint8Array[]): Uint8Array {
  const sha = createHash("sha512");
  for (const string of strings) sha.update(string);
  return sha.digest();
}
