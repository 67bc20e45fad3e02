import { join } from "node:path";
import { identityToRecipient } from "age-encryption";
import { recordSession } from "../../offchain/anchoring/record-session.ts";
import { findRecordings } from "../../offchain/sessions/find-recordings.ts";
import { sealSession } from "../../offchain/sessions/seal-session.ts";
import type { SealedSession } from "../../offchain/sessions/sealed-session.ts";
import type { DemoContext } from "./demo-context.ts";
import type { SealedSample } from "./sealed-sample.ts";

/** Small enough that the largest sample has several chunks; operators seal with 8 MiB. */
const CHUNK_BYTES = 256 * 1024;

/** Seals the recordings of samples/, each as a new session. */
export async function sealSamples({
  hre,
  dataDir,
  owner,
  ageIdentity,
  chain: { store },
}: DemoContext): Promise<SealedSample[]> {
  const recipients = [await identityToRecipient(ageIdentity)];
  const { recordings } = await findRecordings(join(hre.config.paths.root, "samples"));
  const samples: SealedSample[] = [];
  for (const source of recordings) {
    const session = await sealSession({ source, dataDir, owner, recipients, chunkBytes: CHUNK_BYTES });
    await recordSession(store, session);
    samples.push({ source, session });
  }
  return samples;
}

/** Bytes of a session's chunks. */
export const sizeOf = ({ manifest }: SealedSession): number =>
  manifest.chunks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
