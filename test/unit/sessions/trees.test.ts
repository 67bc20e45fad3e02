import { createHash, hash } from "node:crypto";
import { SimpleMerkleTree } from "@openzeppelin/merkle-tree";
import { expect } from "chai";
import { AbiCoder, concat, keccak256 } from "ethers";
import {
  type Chunk,
  chunkLeaf,
  chunkMultiproof,
  chunkProof,
  chunkTree,
} from "../../../offchain/sessions/chunk-tree.ts";
import { merkleTreeHash, segmentHashes } from "../../../offchain/sessions/segment-hashes.ts";
import { contentRoot, segmentProof } from "../../../offchain/sessions/segment-tree.ts";
import { type Session, sessionCommitment, sessionLeaf } from "../../../offchain/sessions/session.ts";
import { sessionIdFromBytes32, sessionIdToBytes32 } from "../../../offchain/sessions/session-id.ts";
import { sessionTree, sessionTreeProof } from "../../../offchain/sessions/session-tree.ts";
import { failureOf, noise } from "./trial.ts";

const digest = (seed: number) => `0x${createHash("sha256").update(String(seed)).digest("hex")}`;
const chunksOf = (count: number): Chunk[] =>
  Array.from({ length: count }, (_, idx) => ({
    idx,
    sizeBytes: idx + 1,
    ciphertextSha256: digest(idx),
    contentRoot: digest(-idx - 1),
  }));
const sessionAt = (index: number): Session => ({
  sessionId: digest(index),
  manifestHash: digest(index + 1),
  startedAt: 1_767_225_600 + index,
  owner: `0x${digest(index).slice(2, 42)}`,
  merkleRoot: digest(index + 2),
  chunkCount: index + 1,
});

/** `MerkleProof.processMultiProof` of OpenZeppelin Contracts 5, line by line. */
function processMultiProof(proof: string[], proofFlags: boolean[], leaves: string[]): string {
  expect(leaves.length + proof.length, "lengths fit").to.equal(proofFlags.length + 1);
  const hashes: string[] = [];
  let [leafAt, hashAt, proofAt] = [0, 0, 0];
  const next = () => (leafAt < leaves.length ? leaves[leafAt++] : hashes[hashAt++]) as string;
  for (const flag of proofFlags) {
    const a = next();
    const b = flag ? next() : (proof[proofAt++] as string);
    hashes.push(keccak256(concat([a, b].sort())));
  }
  return (hashes.at(-1) ?? leaves[0] ?? proof[0]) as string;
}

describe("the chunk tree", () => {
  it("proves every run of chunks to the contract as @openzeppelin/merkle-tree does, for every count up to 20", () => {
    for (let count = 1; count <= 20; count++) {
      const chunks = chunksOf(count);
      const tree = chunkTree(chunks);
      const theirs = SimpleMerkleTree.of(chunks.map(chunkLeaf), { sortLeaves: false });
      for (let from = 0; from < count; from++) {
        for (let to = from; to < count; to++) {
          const { proof, proofFlags, leaves } = chunkMultiproof(tree, from, to);
          expect(leaves).to.deep.equal(chunks.slice(from, to + 1).map(chunkLeaf));
          expect(processMultiProof(proof, proofFlags, leaves), `${count}: ${from}-${to}`).to.equal(tree.root);
          const run = Array.from({ length: to - from + 1 }, (_, offset) => from + offset);
          expect({ proof, proofFlags, leaves }).to.deep.equal(theirs.getMultiProof(run));
        }
      }
    }
  });

  it("proves 64 of 1,280 chunks with a proof of few nodes", () => {
    const tree = chunkTree(chunksOf(1280));
    expect(chunkMultiproof(tree, 64, 127).proof.length).to.be.at.most(12);
  });

  it("refuses what is outside", async () => {
    const tree = chunkTree(chunksOf(3));
    for (const act of [
      () => chunkProof(tree, 3),
      () => chunkProof(tree, -1),
      () => chunkProof(tree, 0.5),
      () => chunkMultiproof(tree, 1, 3),
      () => chunkMultiproof(tree, 2, 1),
    ]) {
      expect(await failureOf(act)).to.include({ code: "CHUNK_INDEX_OUT_OF_RANGE", chunkCount: 3 });
    }
  });
});

describe("a session's commitment", () => {
  it("is the hash of its ABI encoding", () => {
    const session = sessionAt(5);
    const encoded = AbiCoder.defaultAbiCoder().encode(
      ["bytes32", "bytes32", "uint64", "address", "bytes32", "uint32"],
      Object.values(session),
    );
    expect(sessionCommitment(session)).to.equal(keccak256(encoded));
  });

  it("has a session id that goes from UUID to bytes32 and back, and refuses anything else", async () => {
    const uuid = "6a979d3a-a72f-4e4e-85e6-4bde08b16928";
    expect(sessionIdFromBytes32(sessionIdToBytes32(uuid))).to.equal(uuid);
    for (const act of [
      () => sessionIdToBytes32(uuid.toUpperCase()),
      () => sessionIdToBytes32("x"),
      () => sessionIdFromBytes32(`0x${"11".repeat(32)}`),
      () => sessionIdFromBytes32("0x11"),
    ]) {
      expect((await failureOf(act)).code).to.equal("SESSION_ARGUMENT_INVALID");
    }
  });
});

describe("the session tree", () => {
  it("is that of @openzeppelin/merkle-tree, root and proofs, for every count up to 20", () => {
    for (let count = 1; count <= 20; count++) {
      const sessions = Array.from({ length: count }, (_, index) => sessionAt(index));
      const theirs = SimpleMerkleTree.of(sessions.map(sessionLeaf), { sortLeaves: false });
      const ours = sessionTree(sessions);
      expect(ours.root).to.equal(theirs.root);
      for (let index = 0; index < count; index++) {
        expect(sessionTreeProof(ours, index)).to.deep.equal(theirs.getProof(index));
      }
    }
  });

  it("refuses to be empty, and an index outside", async () => {
    expect((await failureOf(() => sessionTree([]))).code).to.equal("SESSION_ARGUMENT_INVALID");
    const tree = sessionTree([sessionAt(0)]);
    for (const index of [-1, 1, 0.5]) {
      expect((await failureOf(() => sessionTreeProof(tree, index))).code).to.equal(
        "SESSION_TREE_INDEX_OUT_OF_RANGE",
      );
    }
  });
});

describe("the segment tree", () => {
  const sha256 = (...parts: Uint8Array[]) => hash("sha256", Buffer.concat(parts), "buffer");
  /** RFC 6962, section 2.1, as it is written there. */
  const treeHash = (leaves: Buffer[]): Buffer => {
    if (leaves.length === 0) return sha256();
    if (leaves.length === 1) return leaves[0] as Buffer;
    let split = 1;
    while (split * 2 < leaves.length) split *= 2;
    return sha256(Buffer.of(1), treeHash(leaves.slice(0, split)), treeHash(leaves.slice(split)));
  };
  const leavesOf = (content: Buffer) =>
    Array.from({ length: Math.ceil(content.length / 1024) }, (_, at) =>
      sha256(Buffer.of(0), content.subarray(1024 * at, 1024 * (at + 1))),
    );

  it("is the same in WebAssembly and by node:crypto, for 0 to 140 segments whole and broken", () => {
    for (let segments = 0; segments <= 140; segments++) {
      for (const extra of [0, 1, 1023]) {
        const content = noise(segments * 1024 + extra);
        const leaves = leavesOf(content);
        expect(segmentHashes(content)).to.deep.equal(Buffer.concat(leaves));
        expect(merkleTreeHash(Buffer.concat(leaves))).to.deep.equal(treeHash(leaves));
      }
    }
  });

  it("is the same for a chunk of the greatest size", () => {
    const content = noise(16 * 2 ** 20 + 65_600);
    expect(contentRoot(content)).to.equal(`0x${treeHash(leavesOf(content)).toString("hex")}`);
  });

  it("refuses a segment that is not there", async () => {
    for (const segmentIndex of [-1, 2, 0.5]) {
      expect(await failureOf(() => segmentProof(noise(2048), segmentIndex))).to.deep.equal({
        code: "CHUNK_SEGMENT_OUT_OF_RANGE",
        segmentIndex,
        segmentCount: 2,
      });
    }
  });
});
