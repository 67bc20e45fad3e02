import { expect } from "chai";
import { hexlify, recoverAddress, TypedDataEncoder, Wallet, ZeroAddress } from "ethers";
import fc from "fast-check";
import { ownershipDigest } from "../../../offchain/sessions/owner-signature.ts";
import { recoverSigner } from "../../../offchain/sessions/recover-signer.ts";
import { signTypedData } from "../../../offchain/sessions/sign-typed-data.ts";

const domain = { name: "Lucid Sessions", version: "1" };
const types = { Note: [{ name: "text", type: "string" }] };

describe("signing and recovering with libsecp256k1", () => {
  it("gives the bytes and the address that ethers gives", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 31, maxLength: 31 }),
        fc.string({ unit: "grapheme" }),
        async (key, text) => {
          const wallet = new Wallet(`0x01${Buffer.from(key).toString("hex")}`);
          const message = { text };
          const digest = TypedDataEncoder.hash(domain, types, message);
          const signature = await signTypedData(wallet, { domain, types, message }, digest);
          expect(signature).to.equal(await wallet.signTypedData(domain, types, message));
          expect(recoverSigner(digest, signature)).to.equal(recoverAddress(digest, signature).toLowerCase());
          expect(recoverSigner(digest, signature)).to.equal(wallet.address.toLowerCase());
        },
      ),
      { numRuns: 50 },
    );
  });

  it("hashes what an owner signs as ethers does", () => {
    const fields = ["sessionId bytes32", "manifestHash bytes32", "merkleRoot bytes32", "chunkCount uint32"];
    const ownership = fields.map((field) => field.split(" ") as [string, string]);
    const types = { SessionOwnership: ownership.map(([name, type]) => ({ name, type })) };
    const word = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => hexlify(bytes));
    const message = fc.record({
      sessionId: word,
      manifestHash: word,
      merkleRoot: word,
      chunkCount: fc.nat(2 ** 32 - 1),
    });
    fc.assert(
      fc.property(message, (session) => {
        const digest = ownershipDigest({ ...session, startedAt: 0, owner: ZeroAddress });
        expect(digest).to.equal(TypedDataEncoder.hash(domain, types, session));
      }),
    );
  });

  it("leaves a signer with a way of its own to sign to it", async () => {
    class Elsewhere extends Wallet {
      override signTypedData = () => Promise.resolve("0xsigned by a device");
    }
    const signer = new Elsewhere(Wallet.createRandom().privateKey);
    const signature = await signTypedData(
      signer,
      { domain, types, message: { text: "" } },
      `0x${"11".repeat(32)}`,
    );
    expect(signature).to.equal("0xsigned by a device");
  });

  it("finds no signer where no public key fits", () => {
    const notOnCurve = `0x${"00".repeat(31)}05${"00".repeat(31)}011b`;
    expect(() => recoverSigner(`0x${"11".repeat(32)}`, notOnCurve)).to.throw();
  });
});
