import type { TransactionReceipt, Wallet } from "ethers";
import type { LucidChunkStoreClient } from "../contracts/lucid-chunk-store/client.ts";
import { readCheckedChunk } from "../sessions/check-chunk.ts";
import { chunkLeaf, chunkProof, chunkTree } from "../sessions/chunk-tree.ts";
import { SessionError } from "../sessions/errors.ts";
import type { SealedSession } from "../sessions/sealed-session.ts";
import { challengedSegment } from "../sessions/segment-challenge.ts";
import { segmentProof } from "../sessions/segment-tree.ts";

export interface ProvenChunk {
  readonly idx: number;
  readonly prover: string;
  readonly segmentIndex: number;
  readonly challengeBlock: number;
  readonly receipt: TransactionReceipt;
}

/**
 * Proves on chain that the prover could produce a segment of a chunk while the chain's current challenge was open: the
 * segment that the challenge asks it for, with its path to the session's commitment.
 *
 * @param prover holds REGISTRAR_ROLE of LucidAnchors.
 * @throws {SessionError} CHUNK_INDEX_OUT_OF_RANGE, CHUNK_* when the file is not the manifest's chunk
 * @throws {ContractError} CONTRACT_REVERTED, e.g. with SessionNotRegistered for a session without its own slot
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
  const receipt = await chunkStore.proveStorage(prover, proof, challengeBlock);
  return { idx, prover: prover.address, segmentIndex, challengeBlock, receipt };
}
