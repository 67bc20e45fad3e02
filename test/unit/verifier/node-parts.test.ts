import { hash as nodeHash } from "node:crypto";
import { assert } from "chai";
import { computeAddress } from "ethers";
import fc from "fast-check";
import native from "secp256k1";
import { ownershipDigest } from "../../../offchain/sessions/owner-signature.ts";
import { Buffer as PageBuffer } from "../../../web/verifier/node/buffer.ts";
import { hash } from "../../../web/verifier/node/crypto.ts";
import secp256k1 from "../../../web/verifier/node/secp256k1.ts";
import proofs from "../../vectors/session-proofs.json" with { type: "json" };

const bytes = fc.uint8Array({ maxLength: 80 });
const hex = (value: Uint8Array) => Buffer.from(value).toString("hex");

describe("the page's own parts of Node", () => {
  it("hash as node:crypto does", () => {
    fc.assert(
      fc.property(bytes, (data) => {
        assert.equal(hash("sha256", data, "hex"), nodeHash("sha256", data, "hex"));
        assert.equal(hex(hash("sha256", data, "buffer")), nodeHash("sha256", data, "hex"));
      }),
    );
    assert.equal(hash("sha256", "é", "hex"), nodeHash("sha256", "é", "hex"));
    assert.throws(() => hash("sha512", "", "hex"), "sha512");
  });

  it("recover the keys that libsecp256k1 recovers, and refuse what it refuses", () => {
    const recover = (library: typeof secp256k1, signature: Uint8Array, id: number, digest: Uint8Array) => {
      try {
        return hex(library.ecdsaRecover(signature, id, digest, false, new Uint8Array(65)));
      } catch {
        return "refused";
      }
    };
    const outcomes = new Set<string>();
    const compare = (signature: Uint8Array, id: number, digest: Uint8Array) => {
      const expected = recover(native, signature, id, digest);
      outcomes.add(expected === "refused" ? expected : "recovered");
      assert.equal(recover(secp256k1, signature, id, digest), expected, hex(signature));
    };
    const exact = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(exact, exact, exact, fc.constantFrom(0, 1), (r, s, digest, id) => {
        compare(Buffer.concat([r, s]), id, digest);
      }),
    );
    fc.assert(
      fc.property(exact, exact, (key, digest) => {
        fc.pre(native.privateKeyVerify(key));
        const { signature, recid } = native.ecdsaSign(digest, key);
        compare(signature, recid, digest);
      }),
    );
    const [zero, most] = [new Uint8Array(32), new Uint8Array(32).fill(255)];
    const one = Uint8Array.from({ length: 32 }, (_, at) => (at === 31 ? 1 : 0));
    for (const r of [zero, one, most])
      for (const s of [zero, one, most]) compare(Buffer.concat([r, s]), 0, one);
    assert.sameMembers([...outcomes], ["refused", "recovered"]);
  });

  it("recover the owner of every golden vector", () => {
    for (const { proof } of proofs.verified) {
      const { session, ownerSignature } = proof;
      const signature = Buffer.from(ownerSignature.slice(2), "hex");
      const [id, digest] = [
        (signature[64] as number) - 27,
        Buffer.from(ownershipDigest(session).slice(2), "hex"),
      ];
      const key = secp256k1.ecdsaRecover(signature.subarray(0, 64), id, digest, false, new Uint8Array(65));
      assert.equal(computeAddress(`0x${hex(key)}`), session.owner);
    }
  });

  it("read and write bytes as Buffer does", () => {
    fc.assert(
      fc.property(bytes, bytes, fc.string({ unit: "binary", maxLength: 40 }), (one, other, text) => {
        for (const encoding of ["utf8", "hex", "base64"] as const) {
          assert.equal(PageBuffer.from(one).toString(encoding), Buffer.from(one).toString(encoding));
        }
        assert.equal(hex(PageBuffer.from(text)), hex(Buffer.from(text)));
        for (const digits of [hex(one), hex(one).toUpperCase(), `${hex(one)}0`, `${hex(one)}zz00`]) {
          assert.equal(hex(PageBuffer.from(digits, "hex")), hex(Buffer.from(digits, "hex")));
        }
        const base64 = Buffer.from(one).toString("base64");
        assert.equal(hex(PageBuffer.from(base64, "base64")), hex(one));
        assert.equal(PageBuffer.byteLength(text), Buffer.byteLength(text));
        assert.equal(PageBuffer.compare(one, other), Buffer.compare(one, other));
        assert.equal(PageBuffer.from(one).equals(other), Buffer.from(one).equals(other));
        assert.equal(hex(PageBuffer.concat([one, other])), hex(Buffer.concat([one, other])));
      }),
    );
  });

  it("write into bytes as Buffer does", () => {
    const digits = fc.uint8Array({ minLength: 0, maxLength: 32 }).map(hex);
    fc.assert(
      fc.property(
        digits,
        fc.nat(40),
        fc.nat(40),
        fc.bigInt(0n, 2n ** 64n - 1n),
        (text, at, length, number) => {
          const both = [PageBuffer.alloc(48) as Buffer, Buffer.alloc(48)];
          const written = both.map((buffer) => [
            buffer.write(text, at, "hex"),
            buffer.write(text, at, Math.min(length, 48 - at), "hex"),
            buffer.writeBigUInt64BE(number, at),
            buffer.subarray(4, 20).copy(buffer, at),
            buffer.readUInt8(at),
            buffer.subarray(1, 9).toString("hex"),
          ]);
          assert.deepEqual(written[0], written[1]);
          assert.equal(hex(both[0] as Buffer), hex(both[1] as Buffer));
        },
      ),
    );
    assert.throws(() => PageBuffer.alloc(1).readUInt8(1), RangeError);
    assert.throws(() => PageBuffer.alloc(8).writeBigUInt64BE(2n ** 64n, 0), RangeError);
    assert.throws(() => PageBuffer.from("", "latin1" as "hex"), TypeError);
  });
});
