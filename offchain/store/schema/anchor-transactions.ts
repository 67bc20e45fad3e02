import { address, amount, bytes, choice, hash, list, optional, text, time, whole } from "../fields.ts";
import { collection } from "./collection.ts";
import { reason } from "./common-fields.ts";

export const anchorTransactions = collection({
  name: "anchor_transactions",
  fields: {
    _id: hash,
    chain_id: whole,
    from_addr: address,
    nonce: whole,
    to_addr: optional(address),
    /** What the transaction does, as named by its contract's descriptor, e.g. `sessions`. */
    purpose: text(64),
    /** Session ids, tree roots: what the transaction is for. */
    refs: list(text(66), 500),
    raw_signed: bytes(1_000_000),
    status: choice("signed", "broadcast", "mined", "confirmed", "failed", "replaced", "dropped"),
    replaces: optional(hash),
    block_number: optional(whole),
    block_hash: optional(hash),
    gas_used: optional(whole),
    effective_gas_price: optional(amount),
    error: optional(reason),
    created_at: time,
    updated_at: time,
  },
  stamps: { onInsert: ["created_at", "updated_at"], onSwap: ["updated_at"] },
  changing: ["status", "block_number", "block_hash", "gas_used", "effective_gas_price", "error"],
  key: ["_id"],
  chronology: ["created_at", "_id"],
  indexes: [
    {
      name: "chain_from_status_nonce",
      fields: ["chain_id", "from_addr", "status", "nonce", "_id"],
      serves: "an account's unfinished transactions in the order of their nonces",
    },
    {
      name: "chain_from_nonce",
      fields: ["chain_id", "from_addr", "nonce", "_id"],
      serves:
        "an account's transactions in the order of their nonces, and its highest nonce; several attempts may share one",
    },
    { name: "refs", fields: ["refs"], serves: "the transactions of a session or a tree" },
    { name: "newest", fields: ["created_at", "_id"], serves: "all transactions in pages" },
  ],
});
