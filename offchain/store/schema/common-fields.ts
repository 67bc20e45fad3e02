import { bytes, hash, list, text } from "../fields.ts";

/** Bytes of a signature over secp256k1 (r, s, v); a contract account's (EIP-1271) may be longer. */
export const signature = bytes(4096);
/** Levels of a Merkle tree of 2^32 leaves. */
export const merkleProof = list(hash, 32);
export const reason = text(2_000);
/** Canonical JSON of a decision or a block: it must stay below MongoDB's 16 MiB a document. */
export const canonicalJson = text(8_000_000);

/** A base58 address of TRON has 34 characters, a transaction id 64 hex digits. */
export const tronAddress = text(34);
export const tronTransactionId = text(64);
/** A number below 2^64 in decimal digits, where it may be too large for a Long. */
export const unsigned64 = text(20);
