import { ed25519 } from "@noble/curves/ed25519.js";
import { expect } from "chai";
import fc from "fast-check";
import { forgeProofWithKey, SMALL_ORDER_POINTS } from "../../devnet/forged-vrf-proof.ts";
import { provePlainly, verifyPlainly } from "../../devnet/plain-vrf.ts";
import { encodeScalar, multiplyPoint, subtractPoints } from "../../offchain/consensus/edwards25519.ts";
import { proofToHash, prove, publicKeyOf, verify } from "../../offchain/consensus/vrf.ts";

const PROOF_BITS = 640;
const KEY_BITS = 256;
/** Of the proof: 256 bits of Gamma, 128 of c, 256 of s. */
const everyBit = Array.from({ length: PROOF_BITS }, (_, bit) => bit);

const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const secretKey = bytesOf(32);
const alpha = fc.uint8Array({ maxLength: 100 });
const eighth = fc.nat({ max: 7 });

const hex = (array: Uint8Array | null) => (array === null ? null : Buffer.from(array).toString("hex"));

function flipped(array: Uint8Array, bits: readonly number[]): Uint8Array {
  const copy = Uint8Array.from(array);
  for (const bit of bits) copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
  return copy;
}

/** What both say, which has to be the same. */
function verdict(key: Uint8Array, input: Uint8Array, proof: Uint8Array): string | null {
  const answer = hex(verify(key, input, proof));
  expect(answer, "as the reference").to.equal(hex(verifyPlainly(key, input, proof)));
  return answer;
}

describe("the verifiable random function, beside the reference on @noble/curves", function () {
  this.timeout(120_000);
  const numRuns = Number(process.env.LUCID_PROPERTY_RUNS ?? 40);

  it("proves and verifies the same for every key and input", () => {
    fc.assert(
      fc.property(secretKey, alpha, (SK, input) => {
        const plain = provePlainly(SK, input);
        const proof = prove(SK, input);
        expect(hex(publicKeyOf(SK))).to.equal(hex(plain.PK));
        expect(hex(proof)).to.equal(hex(plain.pi));
        expect(hex(prove(SK, input)), "once more").to.equal(hex(proof));
        expect(hex(proofToHash(proof))).to.equal(hex(plain.beta));
        expect(verdict(plain.PK, input, proof)).to.equal(hex(plain.beta));
      }),
      { numRuns },
    );
  });

  it("refuses a proof with any single bit flipped", () => {
    fc.assert(
      fc.property(secretKey, alpha, (SK, input) => {
        const [key, proof] = [publicKeyOf(SK), prove(SK, input)];
        for (const bit of everyBit) {
          expect(verify(key, input, flipped(proof, [bit])), `bit ${bit}`).to.equal(null);
        }
      }),
      { numRuns: 1 },
    );
  });

  it("says the same of altered proofs, keys and inputs", () => {
    fc.assert(
      fc.property(
        secretKey,
        alpha,
        fc.array(fc.nat({ max: PROOF_BITS - 1 }), { maxLength: 3 }),
        fc.array(fc.nat({ max: KEY_BITS - 1 }), { maxLength: 1 }),
        alpha,
        (SK, input, proofBits, keyBits, otherInput) => {
          const key = flipped(publicKeyOf(SK), keyBits);
          const proof = flipped(prove(SK, input), proofBits);
          verdict(key, input, proof);
          verdict(key, otherInput, proof);
        },
      ),
      { numRuns },
    );
  });

  it("says the same of bytes from anywhere, of any length", () => {
    const anyKey = fc.oneof(bytesOf(32), fc.uint8Array({ maxLength: 40 }), smallOrderEncoding());
    const anyProof = fc.oneof(
      bytesOf(80),
      fc.uint8Array({ maxLength: 90 }),
      fc
        .tuple(smallOrderEncoding(), bytesOf(48))
        .map((parts) => Uint8Array.from(parts.flatMap((part) => [...part]))),
    );
    fc.assert(
      fc.property(anyKey, alpha, anyProof, (key, input, proof) => {
        expect(verdict(key, input, proof)).to.equal(null);
      }),
      { numRuns: 2 * numRuns },
    );
  });

  it("accepts proofs with points of small order that fulfil the equations, with the honest output", () => {
    fc.assert(
      fc.property(secretKey, alpha, eighth, eighth, (SK, input, onKey, onGamma) => {
        const { publicKey, proof } = forgeProofWithKey(SK, input, { onKey, onGamma });
        const output = verdict(publicKey, input, proof);
        expect(output).to.be.a("string");
        if (onKey === 0) expect(output).to.equal(hex(proofToHash(prove(SK, input))));
      }),
      { numRuns },
    );
  });

  it("says the same of such proofs with a bit flipped or a point of small order more", () => {
    fc.assert(
      fc.property(
        secretKey,
        fc.tuple(eighth, eighth),
        fc.tuple(eighth, eighth),
        fc.option(fc.nat({ max: PROOF_BITS - 1 })),
        (SK, [onKey, onGamma], [toKey, toGamma], bit) => {
          const input = SK.subarray(0, 4);
          const { publicKey, proof } = forgeProofWithKey(SK, input, { onKey, onGamma });
          const key = subtractPoints(publicKey, smallOrderPoint(toKey));
          const gamma = subtractPoints(proof.subarray(0, 32), smallOrderPoint(toGamma));
          const altered = Buffer.concat([gamma, proof.subarray(32)]);
          verdict(key, input, bit === null ? altered : flipped(altered, [bit]));
        },
      ),
      { numRuns },
    );
  });

  it("multiplies points in and outside the subgroup of prime order by any number", () => {
    const scalar = fc.oneof(fc.bigInt({ min: 0n, max: 20n }), fc.bigInt({ min: 0n, max: 2n ** 252n }));
    fc.assert(
      fc.property(secretKey, eighth, scalar, fc.boolean(), (SK, torsion, number, isSmall) => {
        const { PK } = provePlainly(SK, new Uint8Array());
        const small = smallOrderPoint(torsion);
        const point = isSmall ? small : subtractPoints(PK, small);
        const product = multiplyPoint(encodeScalar(number), point);
        const expected = ed25519.Point.fromBytes(point).multiplyUnsafe(number);
        expect(hex(product)).to.equal(expected.toHex());
      }),
      { numRuns: 2 * numRuns },
    );
  });
});

function smallOrderPoint(index: number): Uint8Array {
  return (SMALL_ORDER_POINTS[index] as (typeof SMALL_ORDER_POINTS)[number]).toBytes();
}

/** Their encodings, the sign bit set or not: two of those with the bit set are not canonical. */
function smallOrderEncoding() {
  return fc
    .tuple(eighth, fc.boolean())
    .map(([index, isFlipped]) => flipped(smallOrderPoint(index), isFlipped ? [255] : []));
}
