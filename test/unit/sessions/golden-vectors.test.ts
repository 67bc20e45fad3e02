import { createHash, hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { SimpleMerkleTree } from "@openzeppelin/merkle-tree";
import { expect } from "chai";
import { isError } from "ethers";
import {
  type Chunk,
  chunkLeaf,
  chunkMultiproof,
  chunkProof,
  chunkTree,
} from "../../../offchain/sessions/chunk-tree.ts";
import { SessionError } from "../../../offchain/sessions/errors.ts";
import { manifestHash, parseManifest, sessionOf } from "../../../offchain/sessions/manifest.ts";
import { verifyOwnership } from "../../../offchain/sessions/owner-signature.ts";
import { challengedSegment } from "../../../offchain/sessions/segment-challenge.ts";
import { contentRoot, segmentProof, verifySegmentProof } from "../../../offchain/sessions/segment-tree.ts";
import { type Session, sessionCommitment, sessionLeaf } from "../../../offchain/sessions/session.ts";
import { sessionIdFromBytes32, sessionIdToBytes32 } from "../../../offchain/sessions/session-id.ts";
import { sessionTree, sessionTreeProof } from "../../../offchain/sessions/session-tree.ts";
import { ILucidAnchors__factory, ILucidChunkStore__factory } from "../../../typechain-types/index.ts";

interface SegmentVector {
  segmentIndex: number;
  segment: string;
  path: string[];
}
interface EventVector {
  topics: string[];
  data: string;
}
interface Vectors {
  version: number;
  contentTrees: {
    sizeBytes: number;
    seed: string;
    ciphertextSha256: string;
    contentRoot: string;
    segmentProofs: SegmentVector[];
  }[];
  chunkTrees: {
    chunkCount: number;
    chunks: (Chunk & { leaf: string })[];
    root: string;
    proofs: { idx: number; proof: string[] }[];
    multiproofs: { from: number; to: number; proof: string[]; proofFlags: boolean[] }[];
  }[];
  sessions: (Session & {
    uuid: string;
    commitment: string;
    leaf: string;
    registered: EventVector;
    chunkStored: EventVector;
    ownerSignature: string;
    manifest: string;
  })[];
  sessionTree: { root: string; proofs: { commitment: string; proof: string[] }[] };
  challenges: { seed: string; chunkLeaf: string; prover: string; sizeBytes: number; segmentIndex: number }[];
  mustFail: {
    sessions: (Session & { why: string; commitment: string })[];
    events: (EventVector & { why: string; commitment: string })[];
    chunkProofs: { why: string; chunk: Chunk; root: string; proof: string[] }[];
    segmentProofs: (SegmentVector & { why: string; sizeBytes: number; contentRoot: string })[];
    manifests: { why: string; manifest: string }[];
  };
}

const VERSION = 2;
const vectors = JSON.parse(readFileSync("test/vectors/anchoring.json", "utf8")) as Vectors;

/** As the vectors define their content: SHA-256 in counter mode over the seed. */
function contentOf(seed: string, length: number): Buffer {
  const block = (_: unknown, counter: number) => hash("sha256", `${seed}/${counter}`, "buffer");
  return Buffer.concat(Array.from({ length: Math.ceil(length / 32) }, block)).subarray(0, length);
}

const anchorsInterface = ILucidAnchors__factory.createInterface();
const chunkStoreInterface = ILucidChunkStore__factory.createInterface();

/** The commitment to which the fields of a SessionRegistered event hash. */
function commitmentOfEvent(event: EventVector): string {
  const { sessionId, owner, manifestHash, merkleRoot, startedAt, chunkCount } =
    anchorsInterface.decodeEventLog("SessionRegistered", event.data, event.topics);
  const [start, count] = [Number(startedAt), Number(chunkCount)];
  return sessionCommitment({
    sessionId,
    manifestHash,
    startedAt: start,
    owner,
    merkleRoot,
    chunkCount: count,
  });
}

describe("golden vectors", () => {
  it("are of the version that these tests know", () => {
    expect(vectors.version).to.equal(VERSION);
  });

  for (const { seed, sizeBytes, ...expected } of vectors.contentTrees) {
    it(`content of ${sizeBytes} bytes: hash, root and segment proofs`, () => {
      const content = contentOf(seed, sizeBytes);
      const sha256 = createHash("sha256").update(content).digest("hex");
      expect(`0x${sha256}`).to.equal(expected.ciphertextSha256);
      expect(contentRoot(content)).to.equal(expected.contentRoot);
      for (const { segmentIndex, segment, path } of expected.segmentProofs) {
        expect(segmentProof(content, segmentIndex)).to.deep.equal({ segment, path });
        const claim = { contentRoot: expected.contentRoot, sizeBytes, segmentIndex };
        expect(verifySegmentProof(claim, { segment, path })).to.equal(true);
      }
    });
  }

  for (const { chunkCount, chunks, root, proofs, multiproofs } of vectors.chunkTrees) {
    it(`a tree of ${chunkCount} chunks: leaves, root, proofs, multiproofs in the order of idx`, () => {
      for (const chunk of chunks) expect(chunkLeaf(chunk)).to.equal(chunk.leaf);
      const tree = chunkTree(chunks);
      expect(tree.root).to.equal(root);
      for (const { idx, proof } of proofs) expect(chunkProof(tree, idx)).to.deep.equal(proof);
      for (const { from, to, proof, proofFlags } of multiproofs) {
        const leaves = chunks.slice(from, to + 1).map(({ leaf }) => leaf);
        expect(chunkMultiproof(tree, from, to)).to.deep.equal({ proof, proofFlags, leaves });
      }
    });
  }

  for (const vector of vectors.sessions) {
    it(`session ${vector.uuid} of ${vector.chunkCount} chunks: id, manifest, commitment, leaf, owner's signature`, () => {
      const bytes = Buffer.from(vector.manifest);
      expect(sessionIdToBytes32(vector.uuid)).to.equal(vector.sessionId);
      expect(sessionIdFromBytes32(vector.sessionId)).to.equal(vector.uuid);
      const { uuid, commitment, leaf, registered, chunkStored, ownerSignature, manifest, ...session } =
        vector;
      expect(sessionOf(parseManifest(bytes), manifestHash(bytes))).to.deep.equal(session);
      expect(sessionCommitment(session)).to.equal(commitment);
      expect(sessionLeaf(session)).to.equal(leaf);
      verifyOwnership(session, ownerSignature);
    });

    it(`session ${vector.uuid} of ${vector.chunkCount} chunks: its events lead to its commitment`, () => {
      expect(commitmentOfEvent(vector.registered)).to.equal(vector.commitment);
      const { topics, data } = vector.chunkStored;
      const stored = chunkStoreInterface.decodeEventLog("ChunkStored", data, topics);
      expect(stored.commitment).to.equal(vector.commitment);
      const ofItsLength = vectors.chunkTrees.find(({ chunkCount }) => chunkCount === vector.chunkCount);
      const { idx, sizeBytes, ciphertextSha256, contentRoot: root } = ofItsLength?.chunks[0] as Chunk;
      expect([...stored].slice(1)).to.deep.equal([BigInt(idx), BigInt(sizeBytes), ciphertextSha256, root]);
    });
  }

  it("two contents under one id have a commitment each", () => {
    const ids = new Set(vectors.sessions.map(({ sessionId }) => sessionId));
    const commitments = new Set(vectors.sessions.map((session) => sessionCommitment(session)));
    expect(ids.size).to.equal(vectors.sessions.length - 1);
    expect(commitments.size).to.equal(vectors.sessions.length);
  });

  it("the tree over these sessions: root and proofs", () => {
    const tree = sessionTree(vectors.sessions);
    expect(tree.root).to.equal(vectors.sessionTree.root);
    vectors.sessionTree.proofs.forEach(({ commitment, proof }, index) => {
      expect(commitment).to.equal(sessionCommitment(vectors.sessions[index] as Session));
      expect(sessionTreeProof(tree, index)).to.deep.equal(proof);
    });
  });

  it("the segments that are asked for", () => {
    for (const { seed, chunkLeaf: leaf, prover, sizeBytes, segmentIndex } of vectors.challenges) {
      expect(challengedSegment(seed, leaf, prover, sizeBytes)).to.equal(segmentIndex);
    }
  });

  describe("must fail", () => {
    for (const { why, commitment, ...session } of vectors.mustFail.sessions) {
      it(`a session with ${why} has another commitment`, () => {
        expect(sessionCommitment(session)).not.to.equal(commitment);
      });
    }
    for (const { why, commitment, ...event } of vectors.mustFail.events) {
      it(`a SessionRegistered event with ${why} does not lead to the commitment`, () => {
        let found = "";
        try {
          found = commitmentOfEvent(event);
        } catch (error) {
          expect(isError(error, "BUFFER_OVERRUN")).to.equal(true);
        }
        expect(found).not.to.equal(commitment);
      });
    }
    for (const { why, chunk, root, proof } of vectors.mustFail.chunkProofs) {
      it(`a chunk's proof with ${why} does not hold`, () => {
        expect(SimpleMerkleTree.verify(root, chunkLeaf(chunk), proof)).to.equal(false);
      });
    }
    for (const { why, segment, path, ...claim } of vectors.mustFail.segmentProofs) {
      it(`a segment's proof with ${why} does not hold`, () => {
        expect(verifySegmentProof(claim, { segment, path })).to.equal(false);
      });
    }
    for (const { why, manifest } of vectors.mustFail.manifests) {
      it(`a manifest with ${why} is refused`, () => {
        expect(() => parseManifest(Buffer.from(manifest))).to.throw(SessionError);
      });
    }
  });
});
