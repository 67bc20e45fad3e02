import { hash } from "node:crypto";
import { expect } from "chai";
import { provePlainly, verifyPlainly } from "../../../devnet/plain-vrf.ts";
import { proofToHash, prove, publicKeyOf, verify } from "../../../offchain/consensus/vrf.ts";
import vectors from "../../vectors/vrf.json" with { type: "json" };

const bytes = (text: string) => Uint8Array.from(Buffer.from(text, "hex"));
const hex = (array: Uint8Array | null) => (array === null ? null : Buffer.from(array).toString("hex"));
const littleEndian = (number: bigint) =>
  hex(Buffer.from(number.toString(16).padStart(64, "0"), "hex").reverse());

describe("the verifiable random function", () => {
  it("has the vectors of this version", () => {
    expect(vectors.version).to.equal(1);
  });

  for (const { example, SK, PK, alpha, pi, beta, ...steps } of vectors.examples) {
    describe(`example ${example} of RFC 9381`, () => {
      it("has this public key", () => {
        expect(hex(publicKeyOf(bytes(SK)))).to.equal(PK);
      });

      it("is proved by this proof", () => {
        expect(hex(prove(bytes(SK), bytes(alpha)))).to.equal(pi);
      });

      it("is verified and has this output", () => {
        expect(hex(verify(bytes(PK), bytes(alpha), bytes(pi)))).to.equal(beta);
        expect(hex(proofToHash(bytes(pi)))).to.equal(beta);
      });

      it("has these steps in the reference on @noble/curves", () => {
        const plain = provePlainly(bytes(SK), bytes(alpha));
        expect({
          x: littleEndian(plain.x),
          H: plain.H.toHex(),
          k_string: hex(plain.k_string),
          k: littleEndian(plain.k),
          U: plain.U.toHex(),
          V: plain.V.toHex(),
        }).to.deep.equal(steps);
        expect([hex(plain.PK), hex(plain.pi), hex(plain.beta)]).to.deep.equal([PK, pi, beta]);
        expect(hex(verifyPlainly(bytes(PK), bytes(alpha), bytes(pi)))).to.equal(beta);
      });
    });
  }

  for (const { why, publicKey, alpha, proof } of vectors.mustFail) {
    it(`refuses: ${why}`, () => {
      expect(verify(bytes(publicKey), bytes(alpha), bytes(proof)), "as it is used").to.equal(null);
      expect(verifyPlainly(bytes(publicKey), bytes(alpha), bytes(proof)), "the reference").to.equal(null);
    });
  }

  for (const { why, publicKey, alpha, proof, output } of vectors.accepted) {
    it(`accepts: ${why}`, () => {
      expect(hex(verify(bytes(publicKey), bytes(alpha), bytes(proof))), "as it is used").to.equal(output);
      expect(hex(verifyPlainly(bytes(publicKey), bytes(alpha), bytes(proof))), "the reference").to.equal(
        output,
      );
    });
  }

  it("gives one output for all proofs of an input by a key", () => {
    const [honest] = vectors.examples;
    const ofHonestKey = vectors.accepted.filter(({ publicKey }) => publicKey === honest?.PK);
    expect(ofHonestKey).to.have.length(2);
    for (const { alpha, output } of ofHonestKey) {
      const proof = prove(bytes(honest?.SK as string), bytes(alpha));
      expect(hex(proofToHash(proof))).to.equal(output);
    }
  });

  it("decodes a proof before it hashes", () => {
    for (const { why, proof } of vectors.mustFail) {
      const isUndecodable = /^(Gamma with|s (is|\+) L|a proof of|an empty proof|all of the proof is ff)/.test(
        why,
      );
      if (isUndecodable) expect(proofToHash(bytes(proof)), why).to.equal(null);
    }
  });

  it("neither changes nor keeps what it is given", () => {
    const [secretKey, alpha] = [hash("sha256", "key", "buffer"), hash("sha256", "alpha", "buffer")];
    const [keyBefore, alphaBefore] = [hex(secretKey), hex(alpha)];
    const proof = prove(secretKey, alpha);
    const publicKey = publicKeyOf(secretKey);
    const given = [hex(publicKey), hex(proof)];
    const output = verify(publicKey, alpha, proof);
    expect([hex(secretKey), hex(alpha), hex(publicKey), hex(proof)]).to.deep.equal([
      keyBefore,
      alphaBefore,
      ...given,
    ]);
    for (const array of [secretKey, alpha, publicKey, proof]) array.fill(0);
    expect(hex(output)).to.equal(
      hex(provePlainly(bytes(keyBefore as string), bytes(alphaBefore as string)).beta),
    );
  });

  it("takes secret keys of 32 bytes only", () => {
    for (const length of [0, 31, 33, 64]) {
      expect(() => prove(new Uint8Array(length), new Uint8Array())).to.throw(RangeError, `${length}`);
      expect(() => publicKeyOf(new Uint8Array(length))).to.throw(RangeError, `${length}`);
    }
  });
});
