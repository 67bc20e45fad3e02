import { MAX_LABEL_LENGTH } from "../../sessions/limits.ts";
import { address, choice, hash, optional, record, text, time, uuid, whole } from "../fields.ts";
import { collection } from "./collection.ts";
import { merkleProof, signature } from "./common-fields.ts";

export const sessions = collection({
  name: "sessions",
  fields: {
    _id: uuid,
    owner_addr: address,
    owner_sig: signature,
    started_at: whole,
    ended_at: whole,
    manifest_hash: hash,
    merkle_root: hash,
    chunk_count: whole,
    size_bytes: whole,
    anchor_mode: optional(choice("single", "batch", "tree")),
    /** Unix seconds, as LucidAnchors says. */
    registered_at: optional(whole),
    tree_root: optional(hash),
    tree_index: optional(whole),
    tree_proof: optional(merkleProof),
    anchor_txid: optional(hash),
    block_number: optional(whole),
    gas_used: optional(whole),
    status: choice("sealed", "pending", "anchored"),
    created_at: time,
    updated_at: time,
    /** Names the recording for the operator of the store; never part of anything that is handed out. */
    label: optional(text(MAX_LABEL_LENGTH)),
    /** When it was last queued for the nodes of PoOT; `updated_at` is lost when it is anchored. */
    queued: optional(record({ at: time })),
  },
  stamps: { onInsert: ["created_at", "updated_at"], onSwap: ["updated_at", "queued.at"] },
  changing: [
    "anchor_mode",
    "registered_at",
    "tree_root",
    "tree_index",
    "tree_proof",
    "anchor_txid",
    "block_number",
    "gas_used",
    "status",
    "queued",
  ],
  // A session that is entered from its folder, which has no label, is the same session.
  notCompared: ["label"],
  key: ["_id"],
  chronology: ["created_at", "_id"],
  indexes: [
    { name: "oldest", fields: ["created_at", "_id"], serves: "all sessions in pages, oldest first" },
    {
      name: "status_oldest",
      fields: ["status", "created_at", "_id"],
      serves: "sessions of a status in pages, oldest first: what the next leader publishes",
    },
  ],
});
