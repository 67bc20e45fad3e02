import { LucidChunkStore__factory } from "../../../typechain-types/index.ts";
import type { ChainProvider } from "../../evm/chain-provider.ts";
import type { SampleCall } from "../../evm/gas/sample-call.ts";
import { type Chunk, chunkLeaf } from "../../sessions/chunk-tree.ts";
import { SEGMENT_BYTES } from "../../sessions/limits.ts";
import { challengedSegment } from "../../sessions/segment-challenge.ts";
import { contentRoot, segmentCount, segmentProof } from "../../sessions/segment-tree.ts";
import { type Session, sessionCommitment } from "../../sessions/session.ts";
import { lucidAnchors } from "../lucid-anchors/descriptor.ts";
import {
  CHUNK_STORE,
  PAUSED,
  pairHash,
  placeOf,
  roleHeld,
  type SampleWorld,
  SENDER,
  type Storage,
  sampleHash,
  sampleSession,
  underSiblings,
  YES,
} from "../sample-world.ts";
import { CHUNKS_PER_STATUS_WORD, lucidChunkStore } from "./descriptor.ts";
import { openChallenge } from "./open-challenge.ts";

/** Storage slots of LucidAnchors and of this contract. */
const REGISTERED_AT_PLACE = 2;
const STATUS_WORDS_PLACE = 2;
/** Every chunk of a word is Stored, which is 1. */
const ALL_STORED = `0x${"1".repeat(CHUNKS_PER_STATUS_WORD)}`;
const REPLICATED = 2;

const abi = LucidChunkStore__factory.createInterface();
const UPLOADER = roleHeld(lucidChunkStore.roles.UPLOADER, SENDER);
const REGISTRAR = roleHeld(lucidAnchors.roles.REGISTRAR, SENDER);

/** Calls of the methods whose gas is estimated: a small one, and one with many items of each kind. */
export const lucidChunkStoreSamples: Readonly<
  Record<
    string,
    (world: SampleWorld, provider: ChainProvider) => readonly SampleCall[] | Promise<readonly SampleCall[]>
  >
> = {
  storeChunkMetadata: (world) => [
    storing(world, { chunks: 1, words: 1, proof: 0 }),
    storing(world, { chunks: 64, words: 1, proof: 0 }),
    storing(world, { chunks: 8, words: 8, proof: 0 }),
    storing(world, { chunks: 1, words: 1, proof: 64 }),
  ],
  updateChunkStatus: (world) => [
    updating(world, { chunks: 1, words: 1 }),
    updating(world, { chunks: 64, words: 1 }),
    updating(world, { chunks: 16, words: 16 }),
  ],
  proveStorage: async (world, provider) => {
    const { challengeBlock, seed } = await openChallenge(provider);
    const sizes = [
      { bytes: 1, segmentProof: 0, segmentWords: 1, chunkProof: 0 },
      { bytes: 256, segmentProof: 0, segmentWords: 8, chunkProof: 0 },
      { bytes: 31 * SEGMENT_BYTES + 1, segmentProof: 5, segmentWords: 1, chunkProof: 0 },
      { bytes: 1, segmentProof: 0, segmentWords: 1, chunkProof: 5 },
    ];
    return sizes.map(({ bytes, ...items }) => proving(world, bytes, items, { challengeBlock, seed }));
  },
  pause: (world) => [world.call(CHUNK_STORE, { data: abi.encodeFunctionData("pause"), items: {} }, {})],
  unpause: (world) => [
    world.call(CHUNK_STORE, { data: abi.encodeFunctionData("unpause"), items: {} }, { chunkStore: PAUSED }),
  ],
};

const registered = (session: Session): Storage => ({
  ...REGISTRAR,
  [placeOf(sessionCommitment(session), REGISTERED_AT_PLACE)]: YES,
});

/** Chunks of the first word in a row, or the first of each word. */
const idxOf = ({ chunks, words }: { chunks: number; words: number }) =>
  Array.from({ length: chunks }, (_, i) => (words === 1 ? i : i * CHUNKS_PER_STATUS_WORD));

function storing(
  world: SampleWorld,
  items: { readonly chunks: number; readonly words: number; readonly proof: number },
): SampleCall {
  const chunks = idxOf(items).map(chunkOf);
  // All leaves are paired with each other, and what they lead to with the siblings.
  const nodes = chunks.map(chunkLeaf);
  while (nodes.length > 1) nodes.push(pairHash(nodes.shift() as string, nodes.shift() as string));
  const { root, proof } = underSiblings(nodes[0] as string, items.proof);
  const flags = [...Array(items.chunks - 1).fill(true), ...Array(items.proof).fill(false)];
  const session = sampleSession("stored", root);
  const data = abi.encodeFunctionData("storeChunkMetadata", [session, chunks, proof, flags]);
  return world.call(CHUNK_STORE, { data, items }, { anchors: registered(session), chunkStore: UPLOADER });
}

function updating(
  world: SampleWorld,
  items: { readonly chunks: number; readonly words: number },
): SampleCall {
  const commitment = sessionCommitment(sampleSession("updated"));
  const data = abi.encodeFunctionData("updateChunkStatus", [commitment, idxOf(items), REPLICATED]);
  const words = placeOf(commitment, STATUS_WORDS_PLACE);
  const stored = Array.from({ length: items.words }, (_, number) => [placeOf(number, words), ALL_STORED]);
  return world.call(
    CHUNK_STORE,
    { data, items },
    { chunkStore: { ...UPLOADER, ...Object.fromEntries(stored) } },
  );
}

function proving(
  world: SampleWorld,
  sizeBytes: number,
  items: { readonly chunkProof: number; readonly segmentWords: number; readonly segmentProof: number },
  { challengeBlock, seed }: { readonly challengeBlock: number; readonly seed: string },
): SampleCall {
  // Short and all zeros: with more calldata, a chain with EIP-7623 charges the floor, which hides the execution gas.
  const content = new Uint8Array(sizeBytes);
  const whole = { ...chunkOf(0), sizeBytes, contentRoot: contentRoot(content) };
  const last = segmentCount(sizeBytes) - 1;
  // The last of many segments is short: a chunk for which the challenge asks for that one.
  let chunk: Chunk = whole;
  let index = challengedSegment(seed, chunkLeaf(chunk), SENDER, sizeBytes);
  for (let tries = 0; index !== last; tries++) {
    chunk = { ...whole, ciphertextSha256: sampleHash(`try ${tries}`) };
    index = challengedSegment(seed, chunkLeaf(chunk), SENDER, sizeBytes);
  }
  const { root, proof } = underSiblings(chunkLeaf(chunk), items.chunkProof);
  const session = sampleSession("proven", root);
  const { segment, path } = segmentProof(content, index);
  const data = abi.encodeFunctionData("proveStorage", [
    session,
    chunk,
    proof,
    index,
    segment,
    [...path],
    challengeBlock,
  ]);
  return world.call(CHUNK_STORE, { data, items }, { anchors: registered(session) });
}

const chunkOf = (idx: number): Chunk => ({
  idx,
  sizeBytes: 8 * 2 ** 20,
  ciphertextSha256: sampleHash(`ciphertext ${idx}`),
  contentRoot: sampleHash(`content ${idx}`),
});
