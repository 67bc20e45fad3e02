import { hash, whole } from "../fields.ts";
import { collection } from "./collection.ts";

/**
 * The chunks that LucidChunkStore recorded, in chain order; storage challenges choose among them. Written only from
 * confirmed blocks, by every node that shares the store: all of them write the same.
 */
export const recordedChunks = collection({
  name: "recorded_chunks",
  fields: {
    /** The chunk's position in chain order, from 0, without gaps. */
    _id: whole,
    /** Of the chunk's session. */
    commitment: hash,
    idx: whole,
    sizeBytes: whole,
    ciphertextSha256: hash,
    contentRoot: hash,
    blockNumber: whole,
    /** Commits to every block before it: comparing it shows whether the chain is still the one that was read. */
    blockHash: hash,
    /** Index of the event in its block. */
    logIndex: whole,
  },
  stamps: { onInsert: [], onSwap: [] },
  changing: [],
  key: ["_id"],
  chronology: ["_id"],
  indexes: [
    {
      name: "block_log",
      fields: ["blockNumber", "logIndex"],
      unique: true,
      serves: "one position for each event",
    },
    {
      name: "commitment_idx",
      fields: ["commitment", "idx"],
      unique: true,
      serves: "the recorded chunks of a session in the order of idx; the contract records each of them once",
    },
  ],
});
