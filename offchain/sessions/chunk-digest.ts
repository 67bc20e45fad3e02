import { hash } from "node:crypto";
import { contentRoot } from "./segment-tree.ts";

/** What the manifest says about a chunk's file. Hashes are lower-case hex. */
export interface ChunkDigest {
  readonly sizeBytes: number;
  readonly ciphertextSha256: string;
  readonly contentRoot: string;
}

/** The hash by which the manifest identifies a chunk's file. */
export const ciphertextSha256 = (file: Uint8Array) => `0x${hash("sha256", file, "hex")}`;

/** The digests of a chunk's file. */
export function chunkDigest(file: Uint8Array): ChunkDigest {
  return {
    sizeBytes: file.length,
    ciphertextSha256: ciphertextSha256(file),
    contentRoot: contentRoot(file),
  };
}
