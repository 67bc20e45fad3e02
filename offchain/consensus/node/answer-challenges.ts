import { readCheckedChunk } from "../../sessions/check-chunk.ts";
import { chunkLeaf, chunkProof, chunkTree } from "../../sessions/chunk-tree.ts";
import { SessionError } from "../../sessions/errors.ts";
import { challengedSegment } from "../../sessions/segment-challenge.ts";
import { segmentProof } from "../../sessions/segment-tree.ts";
import type { RecordedChunkDocument, TaskProofDocument } from "../../store/documents.ts";
import type { Corpus } from "../chain-view/corpus.ts";
import type { HeadBlock } from "../chain-view/known-heads.ts";
import { STORAGE_CHALLENGES_PER_SLOT } from "../parameters.ts";
import { challengedChunk, segmentSeed } from "../rules/proofs/storage-challenge.ts";
import type { HeldSessions } from "./held-sessions.ts";

export type StorageAnswer = Extract<TaskProofDocument, { type: "storage_availability" }>["value"];

/** A challenge that a node cannot answer. */
export interface UnansweredChallenge {
  readonly challenge: number;
  readonly commitment: string;
  /** Of the chunk, in its session. */
  readonly idx: number;
  /** Its session is not here; its file is missing or damaged; it is empty. */
  readonly reason: "session-absent" | "chunk-unreadable" | "chunk-empty";
}

export interface StorageAnswers {
  readonly answers: readonly StorageAnswer[];
  readonly unanswered: readonly UnansweredChallenge[];
}

export interface ChallengeModules {
  readonly corpus: Pick<Corpus, "size" | "chunkAt">;
  readonly held: HeldSessions;
}

/**
 * Answers a node's storage challenges from the sessions that are kept here. Each answer is checked against the chunk's
 * digests before it is given, so a damaged file is unanswered and not wrong.
 *
 * @param head of the slot
 */
export async function answerChallenges(
  nodeId: string,
  head: HeadBlock,
  { corpus, held }: ChallengeModules,
): Promise<StorageAnswers> {
  const size = await corpus.size(head.number);
  const answers: StorageAnswer[] = [];
  const unanswered: UnansweredChallenge[] = [];
  if (size === 0) return { answers, unanswered };
  for (let challenge = 0; challenge < STORAGE_CHALLENGES_PER_SLOT; challenge += 1) {
    const recorded = await corpus.chunkAt(challengedChunk(head.hash, nodeId, challenge, size));
    // Below the corpus's size there is a chunk at every position.
    const asked = { challenge, nodeId, head, recorded: recorded as RecordedChunkDocument };
    const answer = await answerOf(asked, held);
    if (typeof answer !== "string") answers.push(answer);
    else {
      const { commitment, idx } = asked.recorded;
      unanswered.push({ challenge, commitment, idx, reason: answer });
    }
  }
  return { answers, unanswered };
}

interface Asked {
  readonly challenge: number;
  readonly nodeId: string;
  readonly head: HeadBlock;
  readonly recorded: RecordedChunkDocument;
}

async function answerOf(
  { challenge, nodeId, head, recorded: { commitment, idx } }: Asked,
  held: HeldSessions,
): Promise<StorageAnswer | UnansweredChallenge["reason"]> {
  const stored = await held.find(commitment, head.slot);
  const chunk = stored?.manifest.chunks[idx];
  if (stored === undefined || chunk === undefined) return "session-absent";
  if (chunk.sizeBytes === 0) return "chunk-empty";
  const { directory, manifest } = stored;
  const file = await readCheckedChunk(directory, manifest, idx).catch((error: unknown) => {
    if (error instanceof SessionError) return undefined;
    throw error;
  });
  if (file === undefined) return "chunk-unreadable";
  const seed = segmentSeed(head.hash, head.slot, challenge);
  const segmentIndex = challengedSegment(seed, chunkLeaf(chunk), nodeId, chunk.sizeBytes);
  const { segment, path } = segmentProof(file, segmentIndex);
  return {
    challenge,
    commitment,
    chunk: {
      idx,
      sizeBytes: chunk.sizeBytes,
      ciphertextSha256: chunk.ciphertextSha256,
      contentRoot: chunk.contentRoot,
    },
    chunkProof: chunkProof(chunkTree(manifest.chunks), idx),
    segmentIndex,
    segment,
    segmentProof: path,
  };
}
