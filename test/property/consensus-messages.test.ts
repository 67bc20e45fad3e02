import { expect } from "chai";
import {
  hexlify,
  keccak256,
  recoverAddress as recoverByEthers,
  Signature,
  TypedDataEncoder,
  Wallet,
} from "ethers";
import fc from "fast-check";
import { walletDomain } from "../../offchain/consensus/typed-data/domain.ts";
import { MessageHasher } from "../../offchain/consensus/typed-data/message-hasher.ts";
import {
  MESSAGE_TYPES,
  type MessageName,
  type NamedMessage,
  walletTypes,
} from "../../offchain/consensus/typed-data/message-types.ts";
import { signMessage } from "../../offchain/consensus/typed-data/sign-message.ts";
import { keccak256Bytes, keccak256Hex } from "../../offchain/keccak.ts";
import { recoverAddress } from "../../offchain/sessions/recover-address.ts";
import { mutatedMessage, randomMessage } from "../support/random-messages.ts";

const NAMES = Object.keys(MESSAGE_TYPES) as MessageName[];
const runs = Number(process.env.LUCID_PROPERTY_RUNS ?? 25);

const hex = (bytes: number) =>
  fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .map((value) => `0x${Buffer.from(value).toString("hex")}`);
const domain = fc.record({ chainId: fc.integer({ min: 1, max: 2 ** 48 }), anchors: hex(20) });
const wallet = hex(31).map((key) => new Wallet(`0x01${key.slice(2)}`));
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

const digestByEthers = (place: { chainId: number; anchors: string }, { name, message }: NamedMessage) =>
  TypedDataEncoder.hash(walletDomain(place), walletTypes(name), message);

describe("the messages of PoOT", function () {
  this.timeout(120_000);

  for (const name of NAMES) {
    it(`have ethers' digest: ${name}`, () => {
      fc.assert(
        fc.property(domain, randomMessage(name), (place, message) => {
          const digest = hexlify(new MessageHasher(place).digest(message));
          expect(digest).to.equal(digestByEthers(place, message));
        }),
        { numRuns: 4 * runs },
      );
    });

    it(`do not verify with another value in any field: ${name}`, async () => {
      await fc.assert(
        fc.asyncProperty(
          domain,
          wallet,
          mutatedMessage(name),
          async (place, signer, { message, mutated }) => {
            const hasher = new MessageHasher(place);
            const address = signer.address.toLowerCase();
            const signature = await signMessage(signer, place, message);
            expect(recoverAddress(hasher.digest(message), signature)).to.deep.equal({ address });
            expect(recoverAddress(hasher.digest(mutated), signature).address).to.not.equal(address);
          },
        ),
        { numRuns: 2 * runs },
      );
    });
  }

  it("are signed as any wallet signs them", async () => {
    await fc.assert(
      fc.asyncProperty(
        domain,
        wallet,
        fc.constantFrom(...NAMES).chain(randomMessage),
        async (place, signer, message) => {
          const types = walletTypes(message.name);
          const expected = await signer.signTypedData(walletDomain(place), types, message.message);
          expect(await signMessage(signer, place, message)).to.equal(expected);
        },
      ),
      { numRuns: runs },
    );
  });

  it("have another digest in another domain", () => {
    fc.assert(
      fc.property(domain, domain, randomMessage("BlockValidation"), (one, other, message) => {
        fc.pre(JSON.stringify(one) !== JSON.stringify(other));
        const [a, b] = [one, other].map((place) => hexlify(new MessageHasher(place).digest(message)));
        expect(a).to.not.equal(b);
      }),
      { numRuns: 4 * runs },
    );
  });

  it("are hashed as ethers hashes, whatever the length and the cut", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.nat({ max: 600 }), (bytes, cut) => {
        const parts = [bytes.subarray(0, cut), bytes.subarray(cut)];
        expect(keccak256Hex(...parts)).to.equal(keccak256(bytes));
        expect(hexlify(keccak256Bytes(...parts))).to.equal(keccak256(bytes));
      }),
      { numRuns: 4 * runs },
    );
  });
});

describe("signatures", function () {
  this.timeout(120_000);

  it("are accepted if ethers recovers the same address and their s is low, else never", () => {
    const random = fc.tuple(
      wallet,
      hex(32),
      fc.constantFrom("as it is", "other v", "high s", "random"),
      hex(64),
    );
    fc.assert(
      fc.property(random, ([signer, digest, change, noise]) => {
        const own = signer.signingKey.sign(digest);
        const [r, s] = [own.r, BigInt(own.s)];
        const word = (value: bigint) => value.toString(16).padStart(64, "0");
        const v = own.v === 27 ? "1b" : "1c";
        const otherV = own.v === 27 ? "1c" : "1b";
        const signature = {
          "as it is": `${r}${word(s)}${v}`,
          "other v": `${r}${word(s)}${otherV}`,
          "high s": `${r}${word(ORDER - s)}${otherV}`,
          random: `${noise}${v}`,
        }[change];
        const { address, fault } = recoverAddress(Buffer.from(digest.slice(2), "hex"), signature);
        if (change === "high s") expect(fault).to.equal("SIGNATURE_MALLEABLE");
        const isSigner = address === signer.address.toLowerCase();
        expect(isSigner).to.equal(change === "as it is");
        if (address !== undefined) {
          expect(Signature.from(signature).serialized).to.equal(signature);
          expect(address).to.equal(recoverByEthers(digest, signature).toLowerCase());
        }
      }),
      { numRuns: 8 * runs },
    );
  });
});
