import { dataLength } from "ethers";
import { LucidChunkStore__factory } from "../../../typechain-types/index.ts";
import { ADMIN_ROLE, ADMINISTRATION, type ContractDescriptor, roleId } from "../descriptor.ts";

/** Statuses of four bits in a storage word: updating a word is one write, for any number of its chunks. */
export const CHUNKS_PER_STATUS_WORD = 64;
const WORD_BYTES = 32;

export const lucidChunkStore = {
  name: "LucidChunkStore",
  key: "chunkStore",
  addressSetting: "LUCID_CHUNK_STORE_ADDRESS",
  abi: LucidChunkStore__factory.abi,
  roles: { ...ADMIN_ROLE, UPLOADER: roleId("UPLOADER") },
  methods: {
    ...ADMINISTRATION.methods,
    storeChunkMetadata: {
      purpose: "chunk_metadata",
      items: ([, chunks, proof]) => ({
        chunks: chunks.length,
        proof: proof.length,
        words: statusWords(chunks.map(({ idx }: { idx: bigint }) => idx)),
      }),
    },
    updateChunkStatus: {
      purpose: "chunk_status",
      items: ([, idx]) => ({ chunks: idx.length, words: statusWords(idx) }),
    },
    proveStorage: {
      purpose: "storage_proof",
      items: ([, , chunkProof, , segment, segmentProof]) => ({
        chunkProof: chunkProof.length,
        segmentWords: Math.ceil(dataLength(segment) / WORD_BYTES),
        segmentProof: segmentProof.length,
      }),
    },
  },
  remedies: {
    ...ADMINISTRATION.remedies,
    SessionNotRegistered: () =>
      "Anchor the session first (npx hardhat session anchor); a session of a tree must be promoted to its own slot.",
    IllegalStatusMove: () =>
      "A status changes to another one; a chunk that was never stored has none, and Deleted is final.",
    ChallengeBlockNotOpen: () => "That challenge is no longer open; make the proof again.",
  },
} as const satisfies ContractDescriptor<"LucidChunkStore">;

function statusWords(idx: Iterable<bigint>): number {
  return new Set([...idx].map((each) => Math.floor(Number(each) / CHUNKS_PER_STATUS_WORD))).size;
}
