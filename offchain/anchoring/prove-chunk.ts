import type { TransactionReceipt, Wallet } from "ethers";
import type { LucidChunkStoreClient } from "../contracts/lucid-chunk-store.ts";
import { readCheckedChunk } from "../sessions/check-chunk.ts";
import { chunkLeaf, chunkProof, chunkTree } from "../sessions/chunk-tree.ts";
import { SessionError } from "../sessions/errors.ts";
import type { SealedSession } from "../sessions/seal-session.ts";
import { challengedSegment } from "../sessions/segment-challenge.ts";
import { segmentProof } from "../sessions/segment-tree.ts";
import { AnchoringError } from "./errors.ts";

export interface ProvenChunk {
  readonly idx: number;
  readonly prover: string;
  readonly segmentIndex: number;
  readonly challengeBlock: number;
  readonly receipt: TransactionReceipt;
}

/**
 * Proves on chain that the prover possesses a chunk: shows the segment that the chain's current challenge asks it
 * for, with its path to the session's commitment.
 *
 * @throws {SessionError} CHUNK_INDEX_OUT_OF_RANGE, CHUNK_* when the file is not the manifest's chunk
 * @throws {AnchoringError} CHUNK_PROOF_REFUSED when the contract does not accept the proof
 * @throws {ContractError} CONTRACT_REVERTED
 */
export async function proveChunk(
  { manifest, session, directory }: SealedSession,
  idx: number,
  prover: Wallet,
  chunkStore: LucidChunkStoreClient,
): Promise<ProvenChunk> {
  const chunk = manifest.chunks[idx];
  if (chunk === undefined) {
    throw new SessionError({ code: "CHUNK_INDEX_OUT_OF_RANGE", idx, chunkCount: manifest.chunks.length });
  }
  const file = await readCheckedChunk(directory, manifest, idx);
  const { challengeBlock, seed } = await chunkStore.currentChallenge();
  const segmentIndex = challengedSegment(seed, chunkLeaf(chunk), prover.address, chunk.sizeBytes);
  const proof = {
    session,
    chunk,
    chunkProof: chunkProof(chunkTree(manifest.chunks), idx),
    segmentIndex,
    segment: segmentProof(file, segmentIndex),
  };
  if (!(await chunkStore.verifyStorageProof(proof))) {
    throw new AnchoringError({ code: "CHUNK_PROOF_REFUSED", sessionId: manifest.sessionId, idx });
  }
  const receipt = await chunkStore.proveStorage(prover, proof, challengeBlock);
  return { idx, prover: prover.address, segmentIndex, challengeBlock, receipt };
}
