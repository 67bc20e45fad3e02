import { dataLength, Interface, type Result } from "ethers";
import { LucidAnchors__factory, LucidChunkStore__factory } from "../../typechain-types/index.ts";
import type { Items } from "../evm/gas/linear-fit.ts";

const CONTRACTS = {
  LucidAnchors: new Interface(LucidAnchors__factory.abi),
  LucidChunkStore: new Interface(LucidChunkStore__factory.abi),
} as const;

/** Statuses of four bits in a storage word: a word is a write, whatever number of its chunks it is for. */
const CHUNKS_PER_STATUS_WORD = 64;
const WORD_BYTES = 32;

/** What the execution of a function grows with; one that is not listed costs the same each time. */
const ITEMS: Readonly<Record<string, (args: Result) => Items>> = {
  registerSessions: ([sessions]) => ({ sessions: sessions.length }),
  promoteSession: ([, , proof]) => ({ proof: proof.length }),
  storeChunkMetadata: ([, chunks, proof]) => ({
    chunks: chunks.length,
    proof: proof.length,
    words: statusWords(chunks.map(({ idx }: { idx: bigint }) => idx)),
  }),
  updateChunkStatus: ([, idx]) => ({ chunks: idx.length, words: statusWords(idx) }),
  proveStorage: ([, , chunkProof, , segment, segmentProof]) => ({
    chunkProof: chunkProof.length,
    segmentWords: Math.ceil(dataLength(segment) / WORD_BYTES),
    segmentProof: segmentProof.length,
  }),
};

/** @param action e.g. `LucidAnchors.registerSessions` */
export function callItems(action: string, data: string): Items {
  const [contract, method] = action.split(".") as [keyof typeof CONTRACTS, string];
  const count = ITEMS[method];
  const decoder = CONTRACTS[contract];
  return count === undefined || decoder === undefined ? {} : count(decoder.decodeFunctionData(method, data));
}

/** The first four bytes of a function's calldata; undefined for what is no function of ours. */
export function selectorOf(action: string): string | undefined {
  const [contract, method] = action.split(".") as [keyof typeof CONTRACTS, string];
  return CONTRACTS[contract]?.getFunction(method)?.selector;
}

function statusWords(idx: Iterable<bigint>): number {
  return new Set([...idx].map((each) => Math.floor(Number(each) / CHUNKS_PER_STATUS_WORD))).size;
}
