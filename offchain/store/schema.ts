import {
  address,
  amount,
  bytes,
  choice,
  type Fields,
  hash,
  list,
  optional,
  record,
  text,
  time,
  uuid,
  variant,
  whole,
} from "./fields.ts";

/** An index, and the query that it is there for. */
export interface Index {
  readonly name: string;
  readonly fields: readonly string[];
  readonly unique?: true;
  readonly serves: string;
}

/** What the store itself writes into a document: its clock, never the caller's. */
export interface Stamps {
  readonly onInsert: readonly string[];
  /** Stamped by every compare-and-set; `a.b` only where the compare-and-set writes a record `a`. */
  readonly onSwap: readonly string[];
  /**
   * Whether something is decided by when a document was inserted. Then the server writes its time in the very
   * statement that inserts; else the engine may read the store's clock and insert just after.
   */
  readonly decides?: true;
}

export interface CollectionSchema<
  Name extends string = string,
  F extends Fields = Fields,
  S extends Stamps = Stamps,
> {
  readonly name: Name;
  /** `_id` first. */
  readonly fields: F;
  readonly stamps: S;
  /** What may change after the insert, by a compare-and-set or outside the store. All else stands as it was inserted, and is what "the same again" means. */
  readonly changing: readonly string[];
  /** Undefined: unsharded, replicated whole. */
  readonly shardKey?: readonly string[];
  /** How a document is addressed: the shard key's fields too, so that one shard is asked. */
  readonly key: readonly string[];
  /** An indexed order from oldest to newest; its first field tells how old a document is. */
  readonly chronology?: readonly string[];
  readonly indexes: readonly Index[];
}

function collection<const Name extends string, const F extends Fields, const S extends Stamps>(
  schema: CollectionSchema<Name, F, S>,
): CollectionSchema<Name, F, S> {
  return schema;
}

/** Bytes of a signature over secp256k1 (r, s, v); a contract account's (EIP-1271) may be longer. */
const signature = bytes(4096);
/** Levels of a Merkle tree of 2^32 leaves. */
const merkleProof = list(hash, 32);
const reason = text(2_000);
/** Canonical JSON of a decision or a block: it must stay below MongoDB's 16 MiB a document. */
const canonicalJson = text(8_000_000);

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
  },
  stamps: { onInsert: ["created_at", "updated_at"], onSwap: ["updated_at"] },
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
  ],
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
  // A folder may be moved between a seal that was killed and its repetition: the chunk is the same, wherever it lies.
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

export const taskProofs = collection({
  name: "task_proofs",
  fields: {
    _id: hash,
    nodeId: address,
    poolId: optional(address),
    slot: whole,
    type: choice("relay_bandwidth", "storage_availability", "validation_signature", "uptime_beacon"),
    value: variant("type", {
      relay_bandwidth: { sessionId: uuid, bytes: whole, receipt: signature },
      storage_availability: {
        sessionId: uuid,
        chunk: record({ idx: whole, sizeBytes: whole, ciphertextSha256: hash, contentRoot: hash }),
        chunkProof: merkleProof,
        segmentIndex: whole,
        segment: bytes(1024),
        segmentProof: merkleProof,
      },
      validation_signature: { slot: whole, blockHash: hash, signature },
      uptime_beacon: { vrfProof: bytes(80) },
    }),
    sig: signature,
    ts: time,
  },
  stamps: { onInsert: ["ts"], onSwap: [], decides: true },
  changing: [],
  shardKey: ["slot", "nodeId"],
  key: ["slot", "nodeId", "_id"],
  chronology: ["slot", "nodeId", "_id"],
  indexes: [
    {
      name: "slot_node",
      fields: ["slot", "nodeId", "_id"],
      unique: true,
      serves: "one proof, a slot's proofs in pages, and the tally of a slot",
    },
  ],
});

export const slotTallies = collection({
  name: "slot_tallies",
  fields: {
    _id: whole,
    proofCount: whole,
    proofsRoot: hash,
    tallies: list(
      record({
        entityId: address,
        sessions: whole,
        bytes: whole,
        storageProofs: whole,
        validationSignatures: whole,
        beacons: whole,
      }),
      1_000_000,
    ),
    closedAt: time,
  },
  stamps: { onInsert: ["closedAt"], onSwap: [] },
  changing: [],
  key: ["_id"],
  chronology: ["_id"],
  indexes: [],
});

export const workTally = collection({
  name: "work_tally",
  fields: {
    _id: text(64),
    epoch: whole,
    entityId: address,
    credits: whole,
    liveScore: record({ beacons: whole, slots: whole }),
    rank: whole,
  },
  stamps: { onInsert: [], onSwap: [] },
  changing: [],
  key: ["_id"],
  chronology: ["epoch", "rank", "_id"],
  indexes: [
    {
      name: "epoch_rank",
      fields: ["epoch", "rank", "_id"],
      serves: "an epoch's tally in pages, best rank first",
    },
    {
      name: "entity_epoch",
      fields: ["entityId", "epoch"],
      unique: true,
      serves: "an entity's tally over epochs",
    },
  ],
});

export const leaderSchedule = collection({
  name: "leader_schedule",
  fields: {
    _id: whole,
    slot: whole,
    primary: optional(address),
    fallbacks: list(address, 3),
    seed: optional(hash),
    transcript: canonicalJson,
    transcriptHash: hash,
    decidedAt: time,
    result: optional(
      record({
        winner: optional(address),
        reason: choice("primary", "fallback", "emergency", "missed"),
        /** Why a slot was missed. */
        detail: optional(reason),
        takenAt: time,
      }),
    ),
    block: optional(record({ hash, body: canonicalJson })),
  },
  stamps: { onInsert: ["decidedAt"], onSwap: ["result.takenAt"] },
  changing: ["result", "block"],
  key: ["_id"],
  chronology: ["_id"],
  indexes: [],
});

/** A base58 address of TRON has 34 characters, a transaction id 64 hex digits. */
const tronAddress = text(34);
const tronTransactionId = text(64);

export const payouts = collection({
  name: "payouts",
  fields: {
    _id: hash,
    session_id: optional(uuid),
    month: optional(text(7)),
    entity_id: optional(address),
    to_addr: tronAddress,
    usdt_amount: amount,
    router: tronAddress,
    reason,
    plan_root: optional(hash),
    plan_proof: list(hash, 32),
    planner_sig: optional(signature),
    kyc_hash: optional(hash),
    kyc_expiry: optional(whole),
    compliance_sig: optional(signature),
    txid: optional(tronTransactionId),
    signed_transaction: optional(text(1_000_000)),
    expires_at: optional(whole),
    block_number: optional(whole),
    error: optional(reason),
    status: choice("pending", "signed", "broadcast", "confirmed", "failed", "held", "refused"),
    created_at: time,
    updated_at: time,
  },
  stamps: { onInsert: ["created_at", "updated_at"], onSwap: ["updated_at"] },
  changing: [
    "txid",
    "signed_transaction",
    "expires_at",
    "block_number",
    "error",
    "kyc_hash",
    "kyc_expiry",
    "compliance_sig",
    "status",
  ],
  shardKey: ["_id"],
  key: ["_id"],
  chronology: ["created_at", "_id"],
  indexes: [
    {
      name: "status_oldest",
      fields: ["status", "created_at", "_id"],
      serves: "payouts of a status in pages, oldest first: what the payout service does next",
    },
    { name: "oldest", fields: ["created_at", "_id"], serves: "the oldest and the newest payout" },
    { name: "month", fields: ["month", "_id"], serves: "a month's payouts in pages" },
  ],
});

export const anchorTransactions = collection({
  name: "anchor_transactions",
  fields: {
    _id: hash,
    chain_id: whole,
    from_addr: address,
    nonce: whole,
    to_addr: optional(address),
    /** What the call was for, in the words of its contract's descriptor. */
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

export const nodes = collection({
  name: "nodes",
  fields: {
    _id: hash,
    address,
    sequence: whole,
    kind: choice("node", "pool"),
    action: choice("register", "change", "leave"),
    vrfPublicKey: optional(bytes(32)),
    tronAddress: optional(tronAddress),
    poolId: optional(address),
    poolSig: optional(signature),
    sig: signature,
    ts: time,
  },
  stamps: { onInsert: ["ts"], onSwap: [], decides: true },
  changing: [],
  key: ["_id"],
  chronology: ["ts", "_id"],
  indexes: [
    {
      name: "address_sequence",
      fields: ["address", "sequence"],
      unique: true,
      serves: "the latest record of an address; one record a sequence number",
    },
    { name: "ts", fields: ["ts", "_id"], serves: "all records in pages, in the order they were stamped" },
  ],
});

/** Every collection, in the order in which exports write them. */
export const COLLECTIONS: readonly CollectionSchema[] = [
  sessions,
  chunks,
  taskProofs,
  slotTallies,
  workTally,
  leaderSchedule,
  payouts,
  anchorTransactions,
  nodes,
];
