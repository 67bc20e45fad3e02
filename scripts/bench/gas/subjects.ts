import { createHash } from "node:crypto";
import { SimpleMerkleTree } from "@openzeppelin/merkle-tree";
import { AbiCoder, getAddress, keccak256 } from "ethers";
import type { ILucidAnchors } from "../../../typechain-types/LucidAnchors.ts";
import type { ILucidChunkStore } from "../../../typechain-types/LucidChunkStore.ts";

/** Size of a chunk as sealing cuts them; its ciphertext is a little longer than the 8 MiB of plain text. */
const CHUNK_BYTES = 8 * 2 ** 20 + 16;
/** 2026-01-01T00:00:00Z, a time stamp with the usual number of non-zero bytes. */
const STARTED_AT = 1_767_225_600n;

const abi = AbiCoder.defaultAbiCoder();
const label = (text: string) => `0x${createHash("sha256").update(text).digest("hex")}`;

/** A session whose fields have as many non-zero bytes as real ones: calldata is paid by the byte. */
export function sampleSession(
  name: string,
  merkleRoot: string,
  chunkCount: number,
): ILucidAnchors.SessionStruct {
  return {
    sessionId: `${label(`id ${name}`).slice(0, 34)}${"00".repeat(16)}`,
    manifestHash: label(`manifest ${name}`),
    startedAt: STARTED_AT,
    owner: getAddress(label(`owner ${name}`).slice(0, 42)),
    merkleRoot,
    chunkCount,
  };
}

/** What LucidAnchors and LucidChunkStore know a session by. */
export function commitmentOf(session: ILucidAnchors.SessionStruct): string {
  const { sessionId, manifestHash, startedAt, owner, merkleRoot, chunkCount } = session;
  return keccak256(
    abi.encode(
      ["bytes32", "bytes32", "uint64", "address", "bytes32", "uint32"],
      [sessionId, manifestHash, startedAt, owner, merkleRoot, chunkCount],
    ),
  );
}

/** `count` sessions of one chunk each. */
export function sampleSessions(count: number): ILucidAnchors.SessionStruct[] {
  return Array.from({ length: count }, (_, i) => sampleSession(`of many, ${i}`, label(`root ${i}`), 1));
}

/** A session's chunks and the tree over them, leaves in the order of idx. */
export function sampleChunks(count: number): {
  chunks: ILucidChunkStore.ChunkStruct[];
  tree: SimpleMerkleTree;
} {
  const chunks = Array.from({ length: count }, (_, idx) => ({
    idx,
    sizeBytes: CHUNK_BYTES,
    ciphertextSha256: label(`ciphertext ${idx}`),
    contentRoot: label(`content ${idx}`),
  }));
  const leaves = chunks.map(({ idx, sizeBytes, ciphertextSha256, contentRoot }) =>
    keccak256(
      keccak256(
        abi.encode(
          ["uint32", "uint32", "bytes32", "bytes32"],
          [idx, sizeBytes, ciphertextSha256, contentRoot],
        ),
      ),
    ),
  );
  return { chunks, tree: SimpleMerkleTree.of(leaves, { sortLeaves: false }) };
}
