import { readFileSync } from "node:fs";
import { expect } from "chai";
import { hexlify } from "ethers";
import { AcceptedClaims } from "../../../offchain/consensus/proofs/accepted-claims.ts";
import { verifyProof } from "../../../offchain/consensus/proofs/verify-proof.ts";
import type { ProofCase } from "../../../offchain/consensus/rules/proofs/evidence.ts";
import { REFUSALS } from "../../../offchain/consensus/rules/proofs/refusal.ts";
import { challengedChunk, segmentSeed } from "../../../offchain/consensus/rules/proofs/storage-challenge.ts";
import { MessageHasher } from "../../../offchain/consensus/typed-data/message-hasher.ts";
import { MESSAGE_TYPES, type NamedMessage } from "../../../offchain/consensus/typed-data/message-types.ts";
import { recoverAddress } from "../../../offchain/sessions/recover-address.ts";

interface Vectors {
  version: number;
  domain: { chainId: number; verifyingContract: string };
  messages: (NamedMessage & { digest: string; signer: string; signature: string })[];
  challenges: {
    slotHash: string;
    nodeId: string;
    slot: number;
    challenge: number;
    corpusSize: number;
    index: number;
    segmentSeed: string;
  }[];
  proofs: (ProofCase & { why: string })[];
  mustFail: {
    signatures: { why: string; digest: string; signature: string; signer: string; reason: string }[];
    proofs: (ProofCase & { refusal: string })[];
  };
}

const vectors: Vectors = JSON.parse(
  readFileSync(new URL("../../vectors/task-proofs.json", import.meta.url), "utf8"),
);
const { chainId, verifyingContract: anchors } = vectors.domain;
const hasher = new MessageHasher({ chainId, anchors });
const verifyVrf = () => {
  throw new Error("no vector asks for a VRF");
};

describe("golden vectors of task proofs", () => {
  it("are of the version that this code implements, and cover every message and refusal", () => {
    expect(vectors.version).to.equal(1);
    const names = new Set(vectors.messages.map(({ name }) => name));
    expect([...names].sort()).to.deep.equal(Object.keys(MESSAGE_TYPES).sort());
    const refusals = new Set([...vectors.mustFail.proofs.map(({ refusal }) => refusal), "PROOF_REPEATED"]);
    expect([...refusals].sort()).to.deep.equal([...REFUSALS].sort());
  });

  it("have the digest and the signer of each message", () => {
    for (const { digest, signer, signature, ...message } of vectors.messages) {
      expect(hexlify(hasher.digest(message)), message.name).to.equal(digest);
      const recovered = recoverAddress(hasher.digest(message), signature);
      expect(recovered, message.name).to.deep.equal({ address: signer });
    }
  });

  it("draw chunk and segment as the challenges say", () => {
    for (const { slotHash, nodeId, slot, challenge, corpusSize, index, ...drawn } of vectors.challenges) {
      expect(challengedChunk(slotHash, nodeId, challenge, corpusSize)).to.equal(index);
      expect(segmentSeed(slotHash, slot, challenge)).to.equal(drawn.segmentSeed);
    }
  });

  it("have proofs that count, each once", () => {
    const accepted = new AcceptedClaims();
    for (const { why, ...given } of vectors.proofs) {
      expect(verifyProof(given, { hasher, verifyVrf }), why).to.equal(undefined);
      expect(accepted.accept(given.proof), why).to.equal(undefined);
      expect(accepted.accept(given.proof), why).to.equal("PROOF_REPEATED");
    }
  });

  it("have signatures that are not accepted", () => {
    for (const { why, digest, signature, signer, reason } of vectors.mustFail.signatures) {
      const { address, fault } = recoverAddress(Buffer.from(digest.slice(2), "hex"), signature);
      expect(fault ?? (address === signer ? undefined : "SIGNER_DIFFERS"), why).to.equal(reason);
    }
  });

  it("have proofs that are refused", () => {
    for (const { refusal, ...given } of vectors.mustFail.proofs) {
      expect(verifyProof(given, { hasher, verifyVrf }), refusal).to.equal(refusal);
    }
  });
});
