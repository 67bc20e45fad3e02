import { id } from "ethers";
import { addressOf, hashOf } from "../../devnet/store-documents.ts";
import { ConfirmedBlocks } from "../../offchain/consensus/chain-view/confirmed-blocks.ts";
import { Corpus } from "../../offchain/consensus/chain-view/corpus.ts";
import type { StoredChunk } from "../../offchain/contracts/lucid-chunk-store/client.ts";
import { type Session, sessionCommitment } from "../../offchain/sessions/session.ts";
import type { RecordedChunkDocument } from "../../offchain/store/documents.ts";
import type { Store } from "../../offchain/store/store.ts";
import type { ArrayChain } from "./array-chain.ts";

export const CONFIRMATIONS = 3;

export const sessionOf = (number: number, chunkCount: number): Session => ({
  sessionId: hashOf(number),
  manifestHash: hashOf(number),
  startedAt: 0,
  owner: addressOf(1),
  merkleRoot: hashOf(number),
  chunkCount,
});

/** Events of sessions in turn, as many in each block as it says. */
export function eventsOn({ blocks }: ArrayChain, counts: readonly number[]): StoredChunk[] {
  let count = 0;
  return counts.flatMap((inBlock, blockNumber) =>
    Array.from({ length: inBlock }, (_, logIndex) => {
      const [session, idx] = [sessionOf(count % 3, 4), Math.floor(count / 3)];
      count += 1;
      const hash = id(`${count}`);
      const chunk = { idx, sizeBytes: count, ciphertextSha256: hash, contentRoot: hash };
      const place = { blockNumber, blockHash: blocks[blockNumber]?.hash ?? "", logIndex };
      return { commitment: sessionCommitment(session), chunk, txid: hashOf(count), ...place };
    }),
  );
}

/** What the store must hold. */
export const documentsOf = (events: readonly StoredChunk[]): RecordedChunkDocument[] =>
  events.map(({ commitment, chunk, blockNumber, blockHash, logIndex }, position) => ({
    _id: position,
    commitment,
    ...chunk,
    blockNumber,
    blockHash,
    logIndex,
  }));

/** A node that reads these events from a chain into a store. */
export interface CorpusNode {
  readonly chain: ArrayChain;
  readonly store: Store;
  readonly events: readonly StoredChunk[];
}

/** @param maxEvents that the endpoint gives before it goes down */
export function resumeCorpus(
  { chain, store, events }: CorpusNode,
  maxEvents = Number.POSITIVE_INFINITY,
): Promise<Corpus> {
  let given = 0;
  return Corpus.resume(0, {
    confirmed: new ConfirmedBlocks(CONFIRMATIONS, chain),
    recordedChunks: store.recordedChunks,
    storedChunks: async function* ({ fromBlock, toBlock }) {
      for (let from = fromBlock; from <= toBlock; from += 5) {
        const last = Math.min(from + 4, toBlock);
        const page = events.filter(({ blockNumber }) => blockNumber >= from && blockNumber <= last);
        given += page.length;
        if (given > maxEvents) throw new Error("the endpoint is gone");
        yield page;
      }
    },
  });
}
