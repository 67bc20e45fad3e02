import { keccak256, Wallet } from "ethers";
import { chunkTree } from "../offchain/sessions/chunk-tree.ts";
import {
  CIPHER,
  COMPRESSOR,
  encodeManifest,
  MANIFEST_VERSION,
  type Manifest,
  manifestHash,
  sessionOf,
} from "../offchain/sessions/manifest.ts";
import { signOwnership } from "../offchain/sessions/owner-signature.ts";
import type { SealedSession } from "../offchain/sessions/sealed-session.ts";

const STARTED_AT = 1_767_225_600;

/** Sessions as sealing leaves them, but for the files: the same for the same name. */
export async function sealedSessions(name: string, count: number, chunkCount = 1): Promise<SealedSession[]> {
  const owner = new Wallet(keccak256(Buffer.from(`owner ${name}`)));
  const hash = (what: string, i: number) => keccak256(Buffer.from(`${name} ${what} ${i}`));
  return await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const digits = hash("id", i).slice(2);
      const sessionId = [
        digits.slice(0, 8),
        digits.slice(8, 12),
        `4${digits.slice(13, 16)}`,
        `8${digits.slice(17, 20)}`,
        digits.slice(20, 32),
      ].join("-");
      const chunks = Array.from({ length: chunkCount }, (_, idx) => ({
        idx,
        sizeBytes: 1_000 + i,
        ciphertextSha256: hash("ciphertext", i + idx),
        contentRoot: hash("content", i + idx),
      }));
      const manifest: Manifest = {
        version: MANIFEST_VERSION,
        sessionId,
        owner: owner.address.toLowerCase(),
        startedAt: STARTED_AT + i,
        endedAt: STARTED_AT + i,
        cipher: CIPHER,
        compressor: COMPRESSOR,
        chunks,
        merkleRoot: chunkTree(chunks).root,
      };
      const manifestDigest = manifestHash(encodeManifest(manifest));
      const session = sessionOf(manifest, manifestDigest);
      const signature = await signOwnership(owner, session);
      return { manifest, manifestHash: manifestDigest, session, signature, directory: "/nowhere" };
    }),
  );
}
