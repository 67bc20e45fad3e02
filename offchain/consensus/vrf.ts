/**
 * The verifiable random function ECVRF-EDWARDS25519-SHA512-TAI of RFC 9381 (section 5.5, suite 0x03), with
 * validate_key = TRUE.
 *
 * For a public key and an input there is one output, and nobody without the secret key can tell it in advance. What is
 * unique is the output, not the proof: whoever has the secret key can make many valid proofs of the same output. So
 * outputs are compared, never proofs.
 *
 * The input, alpha, must hold nothing that the prover chooses: who may choose among inputs chooses among outputs.
 */
import { hash } from "node:crypto";
import {
  clearCofactor,
  decodeNumber,
  encodeScalar,
  isIdentity,
  isReduced,
  multiplyBase,
  multiplyInSubgroup,
  multiplyPoint,
  POINT_BYTES,
  SCALAR_BYTES,
  SUBGROUP_ORDER,
  subtractPoints,
} from "./edwards25519.ts";

const SECRET_KEY_BYTES = 32;
/** Length of a challenge: cLen. */
const CHALLENGE_BYTES = 16;
const PROOF_BYTES = POINT_BYTES + CHALLENGE_BYTES + SCALAR_BYTES;

const SUITE = 0x03;
/** Second byte of what is hashed: it keeps the three uses of the hash apart. */
const DOMAIN = { encodeToCurve: 0x01, challenge: 0x02, proofToHash: 0x03 } as const;
/** Last byte of what is hashed: zero_string. */
const DOMAIN_END = Uint8Array.of(0x00);
/** ctr is one byte; that no value of it gives a point has the probability 2^-256. */
const MAX_COUNTER = 0xff;

/** A secret key, expanded as for Ed25519 (RFC 8032, section 5.1.5). */
interface ExpandedKey {
  /** x: a multiple of the cofactor, 32 bytes. */
  readonly scalar: Uint8Array;
  /** What makes nonces unpredictable. */
  readonly prefix: Uint8Array;
  readonly publicKey: Uint8Array;
}

interface DecodedProof {
  readonly gamma: Uint8Array;
  /** 8 Gamma: what the output is made of. */
  readonly gammaInSubgroup: Uint8Array;
  /** c, padded to the length of a scalar. */
  readonly challenge: Uint8Array;
  /** s. */
  readonly response: Uint8Array;
}

/**
 * The public key that belongs to a secret key: the same as for Ed25519.
 *
 * @param secretKey 32 bytes.
 * @returns 32 bytes.
 * @throws {RangeError} when the secret key has another length.
 */
export function publicKeyOf(secretKey: Uint8Array): Uint8Array {
  return expandKey(secretKey).publicKey;
}

/**
 * Proves the output for an input (section 5.1). The same key and input give the same proof: the nonce is derived as in
 * RFC 8032 (section 5.4.2.2).
 *
 * Its arithmetic modulo the order does not run in constant time: do not prove on request of strangers who can measure.
 *
 * @param secretKey 32 bytes: an Ed25519 seed, used for nothing else.
 * @param alpha the input, of any length.
 * @returns 80 bytes.
 * @throws {RangeError} when the secret key has another length.
 */
export function prove(secretKey: Uint8Array, alpha: Uint8Array): Uint8Array {
  const { scalar, prefix, publicKey } = expandKey(secretKey);
  const h = encodeToCurve(publicKey, alpha);
  const gamma = multiplyPoint(scalar, h);
  const nonceNumber = decodeNumber(hash("sha512", Buffer.concat([prefix, h]), "buffer")) % SUBGROUP_ORDER;
  const nonce = encodeScalar(nonceNumber);
  const challenge = challengeOf(publicKey, h, gamma, multiplyBase(nonce), multiplyPoint(nonce, h));
  const response = (nonceNumber + decodeNumber(challenge) * decodeNumber(scalar)) % SUBGROUP_ORDER;
  return Buffer.concat([gamma, challenge, encodeScalar(response)]);
}

/**
 * Verifies that a proof proves its output for an input (section 5.3).
 *
 * A key or a Gamma with a component of small order is no reason to refuse, only a key of small order is: the equations
 * decide, as the RFC has it, and the output is the same.
 *
 * @param publicKey 32 bytes; of any other length it is refused.
 * @param alpha the input, of any length.
 * @param proof 80 bytes; of any other length it is refused.
 * @returns the output, 64 bytes, or null where the key or the proof is not valid. It never throws.
 */
export function verify(publicKey: Uint8Array, alpha: Uint8Array, proof: Uint8Array): Uint8Array | null {
  const decoded = decodeProof(proof);
  if (publicKey.length !== POINT_BYTES || decoded === null) return null;
  const { gamma, gammaInSubgroup, challenge, response } = decoded;
  const challengedKey = multiplyKey(challenge, publicKey);
  if (challengedKey === null) return null;
  const h = encodeToCurve(publicKey, alpha);
  const u = subtractPoints(multiplyBase(response), challengedKey);
  const v = subtractPoints(multiplyPoint(response, h), multiplyPoint(challenge, gamma));
  const expected = challengeOf(publicKey, h, gamma, u, v);
  return expected.equals(challenge.subarray(0, CHALLENGE_BYTES)) ? outputOf(gammaInSubgroup) : null;
}

/**
 * The output that a proof is about (section 5.2).
 *
 * It checks nothing: of a proof from somebody else, take the output that `verify` returns.
 *
 * @param proof 80 bytes; of any other length it is refused.
 * @returns 64 bytes, or null where the proof cannot be decoded.
 */
export function proofToHash(proof: Uint8Array): Uint8Array | null {
  const decoded = decodeProof(proof);
  return decoded && outputOf(decoded.gammaInSubgroup);
}

function expandKey(secretKey: Uint8Array): ExpandedKey {
  if (secretKey.length !== SECRET_KEY_BYTES) {
    throw new RangeError(`a secret key of the VRF has ${SECRET_KEY_BYTES} bytes, not ${secretKey.length}`);
  }
  const expanded = hash("sha512", secretKey, "buffer");
  const scalar = expanded.subarray(0, SCALAR_BYTES);
  scalar.writeUInt8(scalar.readUInt8(0) & 0b1111_1000, 0);
  scalar.writeUInt8((scalar.readUInt8(31) & 0b0111_1111) | 0b0100_0000, 31);
  return { scalar, prefix: expanded.subarray(SCALAR_BYTES), publicKey: multiplyBase(scalar) };
}

/** Section 5.4.4; null where Gamma is not a point, or s is not below the order. */
function decodeProof(proof: Uint8Array): DecodedProof | null {
  if (proof.length !== PROOF_BYTES) return null;
  const gamma = proof.subarray(0, POINT_BYTES);
  const challenge = Buffer.alloc(SCALAR_BYTES);
  challenge.set(proof.subarray(POINT_BYTES, POINT_BYTES + CHALLENGE_BYTES));
  const response = proof.subarray(POINT_BYTES + CHALLENGE_BYTES);
  if (!isReduced(response)) return null;
  const gammaInSubgroup = clearCofactor(gamma);
  return gammaInSubgroup && { gamma, gammaInSubgroup, challenge, response };
}

/**
 * A scalar's multiple of a key; null where the key is not valid (section 5.4.5). What libsodium multiplies is: only the
 * rest has to be looked at.
 */
function multiplyKey(scalar: Uint8Array, publicKey: Uint8Array): Uint8Array | null {
  const product = multiplyInSubgroup(scalar, publicKey);
  if (product !== null) return product;
  const inSubgroup = clearCofactor(publicKey);
  if (inSubgroup === null || isIdentity(inSubgroup)) return null;
  return multiplyPoint(scalar, publicKey);
}

/** H: a point that only alpha and the key determine, by trying one counter after the other (section 5.4.1.1). */
function encodeToCurve(publicKey: Uint8Array, alpha: Uint8Array): Uint8Array {
  const input = hashInput(DOMAIN.encodeToCurve, publicKey, alpha, Uint8Array.of(0));
  for (let counter = 0; counter <= MAX_COUNTER; counter++) {
    input.writeUInt8(counter, input.length - 1 - DOMAIN_END.length);
    const candidate = hash("sha512", input, "buffer");
    const h = clearCofactor(candidate.subarray(0, POINT_BYTES));
    if (h !== null && !isIdentity(h)) return h;
  }
  throw new Error("SHA-512 gave no point in 256 tries");
}

/** c (section 5.4.3). */
function challengeOf(...points: Uint8Array[]): Buffer {
  return hashOf(DOMAIN.challenge, ...points).subarray(0, CHALLENGE_BYTES);
}

function outputOf(gammaInSubgroup: Uint8Array): Uint8Array {
  return hashOf(DOMAIN.proofToHash, gammaInSubgroup);
}

function hashOf(domain: number, ...parts: Uint8Array[]): Buffer {
  return hash("sha512", hashInput(domain, ...parts), "buffer");
}

function hashInput(domain: number, ...parts: Uint8Array[]): Buffer {
  return Buffer.concat([Uint8Array.of(SUITE, domain), ...parts, DOMAIN_END]);
}
