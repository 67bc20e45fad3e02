import { hash } from "node:crypto";
import { SEGMENT_BYTES } from "./limits.ts";

/** Bytes of a tree node. */
export const NODE_BYTES = 32;

/** SHA-256(0x00 || segment) of every segment, one after the other. */
export function segmentHashes(ciphertext: Uint8Array): Uint8Array {
  const hashes: Buffer[] = [];
  for (let at = 0; at < ciphertext.length; at += SEGMENT_BYTES) {
    hashes.push(
      hash("sha256", Buffer.concat([Buffer.of(0), ciphertext.subarray(at, at + SEGMENT_BYTES)]), "buffer"),
    );
  }
  return Buffer.concat(hashes);
}

/** The root over leaf hashes that stand one after the other. */
export function merkleTreeHash(hashes: Uint8Array): Uint8Array {
  let level: Uint8Array = hashes;
  while (level.length > NODE_BYTES) {
    const next: Uint8Array[] = [];
    for (let at = 0; at < level.length; at += 2 * NODE_BYTES) {
      const pair = level.subarray(at, at + 2 * NODE_BYTES);
      next.push(
        pair.length === NODE_BYTES ? pair : hash("sha256", Buffer.concat([Buffer.of(1), pair]), "buffer"),
      );
    }
    level = Buffer.concat(next);
  }
  return level;
}
