import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Signer } from "ethers";
import { allEnded } from "./all-ended.ts";
import { chunkTree } from "./chunk-tree.ts";
import { refuse } from "./destination.ts";
import { SessionError } from "./errors.ts";
import { DEFAULT_CHUNK_BYTES, MAX_CHUNK_BYTES, MAX_CHUNK_COUNT, MAX_TIME_SECONDS } from "./limits.ts";
import {
  CIPHER,
  COMPRESSOR,
  encodeManifest,
  MANIFEST_VERSION,
  type Manifest,
  manifestHash,
  parseManifest,
  requireTimeOrder,
  sessionOf,
} from "./manifest.ts";
import { signOwnership } from "./owner-signature.ts";
import { encodeOwnerSignature } from "./owner-signature-file.ts";
import { openRecording, type Recording, requireUnchanged } from "./recording.ts";
import { recordingTimes } from "./recording-times.ts";
import { type SessionProgress, sealChunks } from "./seal-chunks.ts";
import type { SealedSession } from "./sealed-session.ts";
import {
  KEY_FILE,
  MANIFEST_FILE,
  openSealingDirectory,
  SECRET_MODE,
  SIGNATURE_FILE,
  sessionsFolder,
  writeDurably,
} from "./session-directory.ts";
import { sessionIdBytes } from "./session-id.ts";
import { newSessionKey, shareKey, wrapSessionKey } from "./session-key.ts";
import type { SessionWorkers } from "./session-workers.ts";

/** What to seal, for whom, and where. */
export interface SealOptions {
  /** Path of the recording. */
  readonly source: string;
  /** What the operator keeps between commands; the session goes to `sessions/<uuid>` in it. */
  readonly dataDir: string;
  readonly owner: Signer;
  /** Age recipients (`age1…` or `age1pq1…`, of one kind) who can open the session, at least one. */
  readonly recipients: readonly string[];
  /** Unix seconds, up to the end of the year 9999. @default that of an asciicast */
  readonly startedAt?: number | undefined;
  /** Unix seconds. @default that of an asciicast, else the file's modification time */
  readonly endedAt?: number | undefined;
  /** Lower-case UUID. @default a random one */
  readonly sessionId?: string | undefined;
  /** Plaintext bytes per chunk, at most 16 MiB. @default 8 MiB */
  readonly chunkBytes?: number | undefined;
  /** Ends the seal between two chunks; nothing of the session is left behind. */
  readonly signal?: AbortSignal | undefined;
  /** Threads that compress and encrypt. @default as many as the recording's size and the machine suggest */
  readonly threads?: number | undefined;
  /** Threads to share with other seals, which the caller closes. @default new threads */
  readonly workers?: SessionWorkers | undefined;
  /** Called after each chunk. */
  readonly onProgress?: ((progress: SessionProgress & { readonly totalBytes: number }) => void) | undefined;
}

/**
 * Seals a recording: cuts, compresses, encrypts and hashes it, writes the manifest, lets the owner sign, wraps the
 * session key. Afterwards all of it exists under the session's name, or none of it, even after a crash.
 *
 * @throws {SessionError} SESSION_ARGUMENT_INVALID, SESSION_RECIPIENTS_MISSING, SESSION_RECIPIENT_INVALID,
 * SESSION_RECIPIENTS_MIXED, SESSION_SEAL_INTERRUPTED, SESSION_WORKER_FAILED, SESSION_EXISTS, SESSION_DESTINATION_UNWRITABLE, SESSION_STARTED_AT_MISSING,
 * MANIFEST_TIMES_REVERSED, MANIFEST_FIELD_INVALID, SESSION_RECORDING_*
 * @example
 * const { session, directory } = await sealSession({ source: "demo.cast", dataDir: ".lucid", owner, recipients });
 */
export async function sealSession(options: SealOptions): Promise<SealedSession> {
  const { sessionId = randomUUID(), chunkBytes = DEFAULT_CHUNK_BYTES } = options;
  sessionIdBytes(sessionId);
  requireWhole("chunkBytes", chunkBytes, 1, MAX_CHUNK_BYTES);
  requireTimes(options);
  const drawn = newSessionKey();
  let sessionKey = drawn;
  try {
    const wrappedKey = await wrapSessionKey(drawn, options.recipients);
    sessionKey = shareKey(drawn);
    const recording = await openRecording(options.source);
    try {
      return await seal(recording, { ...options, sessionId, chunkBytes }, sessionKey, wrappedKey);
    } catch (error) {
      return refuse(sessionsFolder(options.dataDir), error);
    } finally {
      await recording.file.close();
    }
  } finally {
    sessionKey.fill(0);
  }
}

type ResolvedOptions = SealOptions & { readonly sessionId: string; readonly chunkBytes: number };

async function seal(
  recording: Recording,
  options: ResolvedOptions,
  sessionKey: Buffer,
  wrappedKey: Uint8Array,
): Promise<SealedSession> {
  const { owner, sessionId, chunkBytes, signal, threads, workers, onProgress } = options;
  const goOn = () => {
    if (signal?.aborted) throw new SessionError({ code: "SESSION_SEAL_INTERRUPTED", path: recording.path });
  };
  goOn();
  const times = await recordingTimes(recording, options);
  // The times in a recording may add up to one beyond the range.
  requireTimes(times);
  requireTimeOrder(times);
  requireChunkCount(recording, chunkBytes);
  const address = (await owner.getAddress()).toLowerCase();
  const sealing = await openSealingDirectory(options.dataDir, sessionId);
  try {
    const chunks = await sealChunks(recording, {
      ...{ directory: sealing.path, sessionId, sessionKey, chunkBytes, threads, workers, goOn },
      onProgress: (progress) => onProgress?.({ ...progress, totalBytes: recording.sizeBytes }),
    });
    goOn();
    await requireUnchanged(recording);
    const manifest: Manifest = {
      version: MANIFEST_VERSION,
      sessionId,
      owner: address,
      ...times,
      cipher: CIPHER,
      compressor: COMPRESSOR,
      chunks,
      merkleRoot: chunkTree(chunks).root,
    };
    const bytes = encodeManifest(manifest);
    // A session that nobody could open again is not sealed: an operator may delete the recording afterwards.
    parseManifest(bytes);
    const session = sessionOf(manifest, manifestHash(bytes));
    const signature = await signOwnership(owner, session);
    await allEnded([
      writeDurably(join(sealing.path, KEY_FILE), wrappedKey, SECRET_MODE),
      writeDurably(join(sealing.path, SIGNATURE_FILE), encodeOwnerSignature(signature)),
      writeDurably(join(sealing.path, MANIFEST_FILE), bytes),
    ]);
    goOn();
    const directory = await sealing.commit();
    return { manifest, manifestHash: session.manifestHash, session, signature, directory };
  } catch (error) {
    await sealing.discard();
    throw error;
  }
}

function requireTimes(times: Pick<SealOptions, "startedAt" | "endedAt">): void {
  for (const field of ["startedAt", "endedAt"] as const) {
    const value = times[field];
    if (value !== undefined) requireWhole(field, value, 0, MAX_TIME_SECONDS);
  }
}

function requireChunkCount({ sizeBytes }: Recording, chunkBytes: number): void {
  const least = Math.ceil(sizeBytes / MAX_CHUNK_COUNT);
  if (chunkBytes >= least) return;
  const expected = `at least ${least} for a recording of ${sizeBytes} bytes, which has ${MAX_CHUNK_COUNT} chunks at most`;
  throw new SessionError({
    code: "SESSION_ARGUMENT_INVALID",
    argument: "chunkBytes",
    value: String(chunkBytes),
    expected,
  });
}

function requireWhole(argument: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  const expected = `a whole number from ${least} to ${most}`;
  throw new SessionError({ code: "SESSION_ARGUMENT_INVALID", argument, value: String(value), expected });
}
