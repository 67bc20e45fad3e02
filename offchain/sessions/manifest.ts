import canonicalize from "canonicalize";
import { getAddress } from "ethers";
import { z } from "zod";
import { keccak256Hex } from "../keccak.ts";
import { type Chunk, chunkTree } from "./chunk-tree.ts";
import { SessionError, type SessionErrorDetails } from "./errors.ts";
import { MAX_CHUNK_COUNT, MAX_CHUNK_FILE_BYTES, MAX_TIME_SECONDS } from "./limits.ts";
import type { Session } from "./session.ts";
import { sessionIdToBytes32, UUID } from "./session-id.ts";

export const MANIFEST_VERSION = 1;
export const CIPHER = "xchacha20-poly1305";
export const COMPRESSOR = "zstd";

/**
 * What a sealed session consists of. It reveals nothing about what was recorded: no name, no plaintext size.
 * docs/session-format.md has its exact bytes.
 */
export interface Manifest {
  readonly version: typeof MANIFEST_VERSION;
  /** Lower-case UUID. */
  readonly sessionId: string;
  /** Lower-case EVM address. */
  readonly owner: string;
  /** Unix seconds, up to the end of the year 9999. */
  readonly startedAt: number;
  /** Unix seconds, >= startedAt, up to the end of the year 9999. */
  readonly endedAt: number;
  readonly cipher: typeof CIPHER;
  readonly compressor: typeof COMPRESSOR;
  /** In the order of idx, from 0 without gaps. */
  readonly chunks: readonly Chunk[];
  /** Root of the chunk tree. */
  readonly merkleRoot: string;
}

const bytes32 = z.string().regex(/^0x[0-9a-f]{64}$/, "expected 32 bytes in lower-case hex");
const TIME_RANGE = `expected whole Unix seconds from 0 to ${MAX_TIME_SECONDS}`;
const unixSeconds = z.int(TIME_RANGE).min(0, TIME_RANGE).max(MAX_TIME_SECONDS, TIME_RANGE);

const chunkSchema = z.strictObject({
  idx: z
    .int()
    .min(0)
    .max(MAX_CHUNK_COUNT - 1),
  sizeBytes: z.int().min(1).max(MAX_CHUNK_FILE_BYTES),
  ciphertextSha256: bytes32,
  contentRoot: bytes32,
});

const manifestSchema = z.strictObject({
  version: z.literal(MANIFEST_VERSION),
  sessionId: z.string().regex(UUID, "expected a lower-case UUID"),
  owner: z.string().regex(/^0x[0-9a-f]{40}$/, "expected an EVM address in lower-case hex"),
  startedAt: unixSeconds,
  endedAt: unixSeconds,
  cipher: z.literal(CIPHER),
  compressor: z.literal(COMPRESSOR),
  chunks: z
    .array(chunkSchema)
    .min(1, "expected at least one chunk")
    .max(MAX_CHUNK_COUNT, `expected at most ${MAX_CHUNK_COUNT} chunks`),
  merkleRoot: bytes32,
});

/** The manifest's bytes: canonical JSON (RFC 8785), UTF-8, no final newline. */
export function encodeManifest(manifest: Manifest): Buffer {
  const text = canonicalize(manifest);
  if (text === undefined) throw new TypeError("a manifest is an object");
  return Buffer.from(text);
}

/**
 * Reads a manifest and checks it against every rule that does not need the chunks.
 *
 * @throws {SessionError} MANIFEST_MALFORMED, MANIFEST_FIELD_INVALID, MANIFEST_CHUNK_DOUBLED,
 * MANIFEST_CHUNK_MISSING, MANIFEST_CHUNK_MISPLACED, MANIFEST_TIMES_REVERSED, MANIFEST_ROOT_MISMATCH,
 * MANIFEST_NOT_CANONICAL: the first that applies, in this order.
 */
export function parseManifest(bytes: Uint8Array): Manifest {
  const result = manifestSchema.safeParse(parseJson(bytes));
  if (!result.success) throw new SessionError(fieldInvalid(result.error));
  const manifest: Manifest = result.data;
  requireChunkOrder(manifest.chunks);
  requireTimeOrder(manifest);
  const computed = chunkTree(manifest.chunks).root;
  if (computed !== manifest.merkleRoot) {
    throw new SessionError({ code: "MANIFEST_ROOT_MISMATCH", declared: manifest.merkleRoot, computed });
  }
  requireCanonical(bytes, encodeManifest(manifest));
  return manifest;
}

/** keccak256 of the manifest's bytes as they are stored, which is anchored. */
export function manifestHash(bytes: Uint8Array): string {
  return keccak256Hex(bytes);
}

/** The session that a manifest describes, as in the contracts. */
export function sessionOf(manifest: Manifest, hash: string): Session {
  return {
    sessionId: sessionIdToBytes32(manifest.sessionId),
    manifestHash: hash,
    startedAt: manifest.startedAt,
    owner: getAddress(manifest.owner),
    merkleRoot: manifest.merkleRoot,
    chunkCount: manifest.chunks.length,
  };
}

/**
 * @throws {SessionError} MANIFEST_TIMES_REVERSED
 */
export function requireTimeOrder({ startedAt, endedAt }: Pick<Manifest, "startedAt" | "endedAt">): void {
  if (endedAt < startedAt) throw new SessionError({ code: "MANIFEST_TIMES_REVERSED", startedAt, endedAt });
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SessionError({ code: "MANIFEST_MALFORMED", bytes: bytes.length, reason }, { cause });
  }
}

function fieldInvalid({ issues: [issue] }: z.ZodError): SessionErrorDetails {
  const path = issue?.path ?? [];
  const [table, place, ...rest] = path;
  const reason = issue?.message ?? "unknown";
  if (table === "chunks" && typeof place === "number") {
    return {
      code: "MANIFEST_FIELD_INVALID",
      field: ["chunks", ...rest].join("."),
      chunk: place,
      reason,
    };
  }
  return { code: "MANIFEST_FIELD_INVALID", field: path.join(".") || "(the whole)", reason };
}

function requireChunkOrder(chunks: readonly Chunk[]): void {
  const wrong = chunks.find(({ idx }, position) => idx !== position);
  if (wrong === undefined) return;
  const position = chunks.indexOf(wrong);
  if (wrong.idx < position) {
    throw new SessionError({ code: "MANIFEST_CHUNK_DOUBLED", idx: wrong.idx, position });
  }
  const isListedLater = chunks.some(({ idx }) => idx === position);
  throw new SessionError(
    isListedLater
      ? { code: "MANIFEST_CHUNK_MISPLACED", idx: wrong.idx, position }
      : { code: "MANIFEST_CHUNK_MISSING", idx: position },
  );
}

function requireCanonical(bytes: Uint8Array, canonical: Buffer): void {
  if (canonical.equals(bytes)) return;
  const differs = canonical.findIndex((byte, at) => byte !== bytes[at]);
  const offset = differs === -1 ? canonical.length : differs;
  throw new SessionError({ code: "MANIFEST_NOT_CANONICAL", offset });
}
