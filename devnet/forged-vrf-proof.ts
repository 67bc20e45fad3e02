import { createHash } from "node:crypto";
import { ED25519_TORSION_SUBGROUP, ed25519 } from "@noble/curves/ed25519.js";
import { challenge, encodeProof, encodeToCurve, type Point, secretScalar, times } from "./plain-vrf.ts";

/** The eight points of small order, the identity first, each the sum of the one before and one of order 8. */
export const SMALL_ORDER_POINTS: readonly Point[] = multiplesOf(
  ed25519.Point.fromHex(ED25519_TORSION_SUBGROUP[1] as string),
);

/** What a dishonest prover adds to the points of an honest proof: numbers from 0 to 7 of points of small order. */
export interface Torsion {
  readonly onKey: number;
  readonly onGamma: number;
}

export interface ForgedProof {
  readonly publicKey: Uint8Array;
  readonly proof: Uint8Array;
}

/**
 * A proof whose key and Gamma are outside the subgroup of prime order, which satisfies the equations nevertheless:
 * the prover guesses what the challenge is modulo 8, cancels the points of small order in U and V by that guess, and
 * tries nonces until it is right.
 *
 * @param x the secret scalar; 0 makes the key and Gamma points of small order alone.
 */
export function forgeProof(x: bigint, alpha: Uint8Array, { onKey, onGamma }: Torsion): ForgedProof {
  const [keyTorsion, gammaTorsion] = [smallOrderPoint(onKey), smallOrderPoint(onGamma)];
  const B = ed25519.Point.BASE;
  const Y = times(B, x).add(keyTorsion);
  const publicKey = Y.toBytes();
  const H = encodeToCurve(publicKey, alpha);
  const Gamma = times(H, x).add(gammaTorsion);
  for (let attempt = 0; ; attempt++) {
    const k = BigInt(`0x${createHash("sha256").update(`nonce ${attempt}`).digest("hex")}`);
    const guess = attempt % 8;
    const U = times(B, k).subtract(smallOrderPoint(guess * onKey));
    const V = times(H, k).subtract(smallOrderPoint(guess * onGamma));
    const c = challenge(Y, H, Gamma, U, V);
    if (c % 8n === BigInt(guess)) {
      return { publicKey, proof: encodeProof(Gamma, c, (k + c * x) % ed25519.Point.Fn.ORDER) };
    }
  }
}

/** Like `forgeProof`, for a given secret key. */
export function forgeProofWithKey(secretKey: Uint8Array, alpha: Uint8Array, torsion: Torsion): ForgedProof {
  return forgeProof(secretScalar(secretKey), alpha, torsion);
}

function smallOrderPoint(index: number): Point {
  return SMALL_ORDER_POINTS[index % SMALL_ORDER_POINTS.length] as Point;
}

function multiplesOf(generator: Point): Point[] {
  const multiples = [ed25519.Point.ZERO];
  while (multiples.length < 8) multiples.push((multiples.at(-1) as Point).add(generator));
  return multiples;
}
