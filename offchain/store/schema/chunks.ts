import { choice, hash, text, uuid, whole } from "../fields.ts";
import { collection } from "./collection.ts";

export const chunks = collection({
  name: "chunks",
  fields: {
    _id: text(64),
    session_id: uuid,
    idx: whole,
    local_path: text(4096),
    ciphertext_sha256: hash,
    content_root: hash,
    size_bytes: whole,
    status: choice("none", "stored", "replicated", "missing", "deleted"),
  },
  stamps: { onInsert: [], onSwap: [] },
  // A folder may be moved between a seal that was killed and the next run: the chunk is the same, wherever it is.
  changing: ["status", "local_path"],
  shardKey: ["session_id", "idx"],
  key: ["session_id", "idx"],
  indexes: [
    {
      name: "session_idx",
      fields: ["session_id", "idx"],
      unique: true,
      serves: "one chunk, and a session's chunks in the order of idx",
    },
  ],
});
