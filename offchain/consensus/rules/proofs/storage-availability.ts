import { type Chunk, chunkLeaf } from "../../../sessions/chunk-tree.ts";
import { leadsToRoot } from "../../../sessions/merkle-tree.ts";
import { challengedSegment } from "../../../sessions/segment-challenge.ts";
import { verifySegmentProof } from "../../../sessions/segment-tree.ts";
import { ConsensusError } from "../../errors.ts";
import { STORAGE_CHALLENGES_PER_SLOT } from "../../parameters.ts";
import type { CorpusEntry, ProofOf, StorageEvidence } from "./evidence.ts";
import type { Refusal } from "./refusal.ts";
import { challengedChunk, segmentSeed } from "./storage-challenge.ts";

/**
 * A stored chunk counts if the node shows the segment that the slot's hash asks it for. The chunk is drawn from the
 * whole corpus, so what a node earns is the share that it keeps.
 *
 * @throws {ConsensusError} EVIDENCE_MISPLACED where the evidence is for another chunk than the one that is asked for.
 */
export function storageRefusal(
  proof: ProofOf<"storage_availability">,
  { slotHash, corpusSize, entry }: StorageEvidence,
): Refusal | undefined {
  const { nodeId, slot, value } = proof;
  const { challenge, commitment, chunk, chunkProof, segmentIndex, segment, segmentProof } = value;
  if (challenge >= STORAGE_CHALLENGES_PER_SLOT) return "CHALLENGE_UNKNOWN";
  if (corpusSize === 0) return "CORPUS_EMPTY";

  const expectedIndex = challengedChunk(slotHash, nodeId, challenge, corpusSize);
  if (entry?.index !== expectedIndex) {
    const givenIndex = entry?.index;
    throw new ConsensusError({ code: "EVIDENCE_MISPLACED", proof: proof._id, expectedIndex, givenIndex });
  }
  if (commitment !== entry.commitment || !isSameChunk(chunk, entry)) return "CHALLENGE_WRONG_CHUNK";
  // The contract records empty chunks too, and nothing could be drawn from one.
  if (chunk.sizeBytes === 0) return "CHUNK_EMPTY";

  const leaf = chunkLeaf(chunk);
  if (!leadsToRoot(leaf, chunkProof, entry.merkleRoot)) return "CHUNK_PROOF_INVALID";
  const { contentRoot, sizeBytes } = chunk;
  const asked = challengedSegment(segmentSeed(slotHash, slot, challenge), leaf, nodeId, sizeBytes);
  if (segmentIndex !== asked) return "CHALLENGE_WRONG_SEGMENT";
  const isShown = verifySegmentProof(
    { contentRoot, sizeBytes, segmentIndex },
    { segment, path: [...segmentProof] },
  );
  return isShown ? undefined : "SEGMENT_PROOF_INVALID";
}

function isSameChunk(chunk: Chunk, { chunk: recorded }: CorpusEntry): boolean {
  return (
    chunk.idx === recorded.idx &&
    chunk.sizeBytes === recorded.sizeBytes &&
    chunk.ciphertextSha256 === recorded.ciphertextSha256 &&
    chunk.contentRoot === recorded.contentRoot
  );
}
