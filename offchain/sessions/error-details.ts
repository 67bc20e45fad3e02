import type { ErrorDetails } from "../errors.ts";
import type { FrameFault } from "./zstd-frame.ts";

interface Details<Code extends string> extends ErrorDetails {
  readonly code: Code;
}

/**
 * An id, a size, a time or the number of recipients is out of its range, or `--chunk-bytes` is so small that
 * a manifest could not list all chunks.
 * @remedy Correct the argument; the message says what is expected.
 */
interface ArgumentInvalid extends Details<"SESSION_ARGUMENT_INVALID"> {
  readonly argument: string;
  readonly value: string;
  readonly expected: string;
}
/**
 * The recording is not a regular file, may not be read, or a folder holds no `*.cast`.
 * @remedy Give the path of a file that you may read.
 */
interface RecordingUnreadable extends Details<"SESSION_RECORDING_UNREADABLE"> {
  readonly path: string;
  readonly reason: string;
}
/**
 * An empty recording proves nothing.
 * @remedy Record again, or leave it out.
 */
interface RecordingEmpty extends Details<"SESSION_RECORDING_EMPTY"> {
  readonly path: string;
}
/**
 * The recording begins like asciicast v2 or v3, but its header is invalid, or its last event (v2), or any
 * event (v3, whose length is the sum of all intervals).
 * @remedy Repair it, or give `--started-at` and `--ended-at`.
 */
interface RecordingMalformed extends Details<"SESSION_RECORDING_MALFORMED"> {
  readonly path: string;
  /** Of asciicast. */
  readonly version: 2 | 3;
  readonly line: "first" | "last" | number;
  readonly reason: string;
}
/**
 * Something wrote to the recording while it was sealed.
 * @remedy Stop the writer, seal again.
 */
interface RecordingChanged extends Details<"SESSION_RECORDING_CHANGED"> {
  readonly path: string;
}
/**
 * Only an asciicast header says when a recording began.
 * @remedy Give `--started-at` (`2026-01-31T09:30:00Z`, or Unix seconds).
 */
interface StartedAtMissing extends Details<"SESSION_STARTED_AT_MISSING"> {
  readonly path: string;
}
/**
 * A session is never overwritten.
 * @remedy Leave the id out; a new one is generated.
 */
interface SessionExists extends Details<"SESSION_EXISTS"> {
  readonly sessionId: string;
  readonly directory: string;
}
/**
 * There is no manifest at this path or under this id; or a session proof was named and the file does not
 * exist.
 * @remedy `npx hardhat session list` shows the ids; for a proof, give the path that `session proof` printed.
 */
interface SessionNotFound extends Details<"SESSION_NOT_FOUND"> {
  readonly path: string;
}
/**
 * The shortened id fits several sessions.
 * @remedy Give more digits of it.
 */
interface SessionIdAmbiguous extends Details<"SESSION_ID_AMBIGUOUS"> {
  readonly prefix: string;
  /** How many sessions have an id that begins like this. */
  readonly count: number;
  /** The first of them. */
  readonly candidates: readonly string[];
}
/**
 * A folder that is named by an id holds a session with another id.
 * @remedy Give the folder its own name back, or take the files from a copy.
 */
interface SessionIdDiffers extends Details<"SESSION_ID_DIFFERS"> {
  readonly directory: string;
  /** The id that the folder's name says. */
  readonly named: string;
  /** The id in its manifest. */
  readonly found: string;
}
/**
 * Opening never overwrites a file.
 * @remedy Name another `--out`.
 */
interface DestinationExists extends Details<"SESSION_DESTINATION_EXISTS"> {
  readonly path: string;
}
/**
 * The folder to open into is missing, full, or may not be written.
 * @remedy Name an `--out` in another folder.
 */
interface DestinationUnwritable extends Details<"SESSION_DESTINATION_UNWRITABLE"> {
  readonly path: string;
  readonly reason: string;
}
/**
 * `session open` was interrupted (Ctrl-C, SIGTERM, a closed terminal). What had been written of the recording
 * was removed.
 * @remedy Open the session again.
 */
interface OpenInterrupted extends Details<"SESSION_OPEN_INTERRUPTED"> {
  /** Where the recording would have gone. */
  readonly path: string;
}
/**
 * Opening failed or was interrupted, and the file with a part of the recording in plaintext could not be
 * removed.
 * @remedy Remove the file that the message names. Opening to the same destination again removes it too, once
 * nothing is in the way.
 */
interface PlaintextLeft extends Details<"SESSION_PLAINTEXT_LEFT"> {
  /** The file that holds a part of the recording. */
  readonly path: string;
  /** Why it could not be removed. */
  readonly reason: string;
  /** What ended the opening: a code of this module, or the message of another error. */
  readonly after: string;
}
/**
 * `session seal` was interrupted (Ctrl-C, SIGTERM, a closed terminal) before the session was complete.
 * Nothing of it was left behind.
 * @remedy Seal the recording again.
 */
interface SealInterrupted extends Details<"SESSION_SEAL_INTERRUPTED"> {
  /** The recording. */
  readonly path: string;
}
/**
 * A worker thread ended before its chunk was done, for example because memory ran out. None of its work was
 * kept.
 * @remedy Run the command again.
 */
interface WorkerFailed extends Details<"SESSION_WORKER_FAILED"> {
  readonly reason: string;
}
/**
 * Without a recipient nobody could open the session.
 * @remedy Set `LUCID_AGE_RECIPIENTS`.
 */
interface RecipientsMissing extends Details<"SESSION_RECIPIENTS_MISSING"> {
  readonly setting: string;
}
/**
 * A session cannot be sealed to this recipient: it must be an age recipient of X25519 (`age1…`) or a
 * post-quantum one (`age1pq1…`). The message counts from 1. Its value is never shown: it may be a secret key,
 * given by mistake.
 * @remedy Use the public key that `session keygen` or `age-keygen` prints.
 */
interface RecipientInvalid extends Details<"SESSION_RECIPIENT_INVALID"> {
  /** Which of the recipients given, from 0; it may be a secret key given by mistake, so it is never shown. */
  readonly position: number;
}
/**
 * Some recipients are post-quantum and others are not; the session key would be protected no better than by
 * the weaker ones. age refuses this too.
 * @remedy Give recipients of one kind.
 */
interface RecipientsMixed extends Details<"SESSION_RECIPIENTS_MIXED"> {
  /** How many of the recipients are of a kind that a quantum computer could not break, and how many are not. */
  readonly hybrid: number;
  readonly classic: number;
}
/**
 * `LUCID_AGE_IDENTITY` is not an age identity. Its value is never shown.
 * @remedy Use the `AGE-SECRET-KEY-1…` or `AGE-SECRET-KEY-PQ-1…` line.
 */
interface IdentityInvalid extends Details<"SESSION_IDENTITY_INVALID"> {
  /** Which of the identities given, from 0; its value is a secret and never shown. */
  readonly position: number;
}
/**
 * The session key was wrapped to other recipients.
 * @remedy Use the identity of one of them.
 */
interface KeyNotForIdentity extends Details<"SESSION_KEY_NOT_FOR_IDENTITY"> {
  readonly sessionId: string;
}
/**
 * `session-key.age` is missing or damaged.
 * @remedy Take it from a copy.
 */
interface KeyMalformed extends Details<"SESSION_KEY_MALFORMED"> {
  readonly sessionId: string;
  readonly reason: string;
}
/**
 * There is no owner signature beside the manifest.
 * @remedy Take it from a copy of the session.
 */
interface SignatureMissing extends Details<"SESSION_SIGNATURE_MISSING"> {
  readonly path: string;
}
/**
 * The owner's signature is not encoded as a signature, or has a high s, so that anybody can compute a second
 * valid form; or the bytes of `owner-signature.json` are not those that the format prescribes.
 * @remedy Take it from a copy of the session.
 */
interface SignatureMalformed extends Details<"SESSION_SIGNATURE_MALFORMED"> {
  readonly signature: string;
  readonly reason: string;
}
/**
 * The manifest was altered after its owner signed it, or somebody else signed it. The two cannot be
 * distinguished.
 * @remedy Take manifest and signature from a copy that verifies. Sealing again makes another session; it does
 * not repair this one.
 */
interface SignatureForeign extends Details<"SESSION_SIGNATURE_FOREIGN"> {
  readonly sessionId: string;
  readonly owner: string;
  readonly signer: string;
}
/**
 * A folder, FIFO, socket or device is where a file should be. It was not read: a FIFO could block the reader
 * forever.
 * @remedy Find out who put it there, and take the file from a copy.
 */
interface FileNotRegular extends Details<"FILE_NOT_REGULAR"> {
  readonly path: string;
  /** What it is instead, e.g. `a folder`. */
  readonly kind: string;
}
/**
 * A file is larger than any valid one of its kind, and was not read.
 * @remedy Take it from a copy.
 */
interface FileTooLarge extends Details<"FILE_TOO_LARGE"> {
  readonly path: string;
  readonly fileBytes: number;
  readonly maxBytes: number;
}
/**
 * The operating system does not let this account read a file, or the file changed while it was read; the
 * message has the reason.
 * @remedy Grant this account permission, or take the file from a copy.
 */
interface FileUnreadable extends Details<"FILE_UNREADABLE"> {
  readonly path: string;
  readonly reason: string;
}
/**
 * The tree has fewer sessions.
 * @remedy Give an index below its count.
 */
interface TreeIndexOutOfRange extends Details<"SESSION_TREE_INDEX_OUT_OF_RANGE"> {
  readonly index: number;
  readonly count: number;
}
/**
 * The manifest is not JSON; often it is truncated.
 * @remedy Take it from a copy whose hash is anchored.
 */
interface ManifestMalformed extends Details<"MANIFEST_MALFORMED"> {
  readonly bytes: number;
  readonly reason: string;
}
/**
 * The manifest is encoded in other bytes than RFC 8785 prescribes, so its hash would differ.
 * @remedy Take the manifest from a copy whose hash is anchored; a manifest is never edited.
 */
interface ManifestNotCanonical extends Details<"MANIFEST_NOT_CANONICAL"> {
  readonly offset: number;
}
/**
 * A field of the manifest is missing, unknown, or malformed.
 * @remedy Take the manifest from a copy whose hash is anchored; a manifest is never edited.
 */
interface ManifestFieldInvalid extends Details<"MANIFEST_FIELD_INVALID"> {
  readonly field: string;
  /** Position in the chunk table of the wrong chunk, if there is one. */
  readonly chunk?: number;
  readonly reason: string;
}
/**
 * The manifest lists a chunk twice.
 * @remedy Take the manifest from a copy whose hash is anchored; a manifest is never edited.
 */
interface ManifestChunkDoubled extends Details<"MANIFEST_CHUNK_DOUBLED"> {
  readonly idx: number;
  readonly position: number;
}
/**
 * The manifest leaves out a chunk.
 * @remedy Take the manifest from a copy whose hash is anchored; a manifest is never edited.
 */
interface ManifestChunkMissing extends Details<"MANIFEST_CHUNK_MISSING"> {
  readonly idx: number;
}
/**
 * The manifest does not list the chunks in the order of idx.
 * @remedy Take the manifest from a copy whose hash is anchored; a manifest is never edited.
 */
interface ManifestChunkMisplaced extends Details<"MANIFEST_CHUNK_MISPLACED"> {
  readonly idx: number;
  readonly position: number;
}
/**
 * `merkleRoot` is not the root of the chunk table.
 * @remedy Take the manifest from a copy whose hash is anchored; a manifest is never edited.
 */
interface ManifestRootMismatch extends Details<"MANIFEST_ROOT_MISMATCH"> {
  readonly declared: string;
  readonly computed: string;
}
/**
 * The session ends before it starts.
 * @remedy When sealing, give times with `endedAt >= startedAt`. A stored manifest that says so was never
 * valid.
 */
interface ManifestTimesReversed extends Details<"MANIFEST_TIMES_REVERSED"> {
  readonly startedAt: number;
  readonly endedAt: number;
}
/**
 * A chunk's file is not there.
 * @remedy Take the session's files from a copy that verifies.
 */
interface ChunkMissing extends Details<"CHUNK_MISSING"> {
  readonly idx: number;
  readonly path: string;
}
/**
 * The chunk's file is truncated, or too long.
 * @remedy Take the session's files from a copy that verifies.
 */
interface ChunkSizeMismatch extends Details<"CHUNK_SIZE_MISMATCH"> {
  readonly idx: number;
  readonly expectedBytes: number;
  readonly actualBytes: number;
}
/**
 * The chunk's bytes were altered.
 * @remedy Take the session's files from a copy that verifies.
 */
interface ChunkCorrupt extends Details<"CHUNK_CORRUPT"> {
  readonly idx: number;
  readonly expectedSha256: string;
  readonly actualSha256: string;
}
/**
 * The chunk's SHA-256 is right and its content root is not: the program that sealed the session was faulty or
 * dishonest.
 * @remedy If you have the recording, seal it again as a new session; otherwise ask its owner.
 */
interface ChunkContentRootMismatch extends Details<"CHUNK_CONTENT_ROOT_MISMATCH"> {
  readonly idx: number;
  readonly declared: string;
  readonly computed: string;
}
/**
 * Two files carry each other's names.
 * @remedy Give them back their names.
 */
interface ChunkSwapped extends Details<"CHUNK_SWAPPED"> {
  readonly idx: number;
  readonly contentOf: number;
}
/**
 * The chunk's file is a copy of another chunk.
 * @remedy Take it from a copy that verifies.
 */
interface ChunkDoubled extends Details<"CHUNK_DOUBLED"> {
  readonly idx: number;
  readonly copyOf: number;
}
/**
 * The folder of chunks holds a file that is not one of them.
 * @remedy Remove it, or find out where it belongs.
 */
interface ChunkUnexpected extends Details<"CHUNK_UNEXPECTED"> {
  readonly file: string;
  readonly chunkCount: number;
}
/**
 * The session key is another session's.
 * @remedy Use the `session-key.age` that was sealed with this manifest.
 */
interface ChunkKeyWrong extends Details<"CHUNK_KEY_WRONG"> {
  readonly idx: number;
}
/**
 * The chunk is the one that the manifest describes, but it does not decrypt: the program that sealed it was
 * faulty or dishonest.
 * @remedy If you have the recording, seal it again as a new session; otherwise ask its owner.
 */
interface ChunkNotAuthentic extends Details<"CHUNK_NOT_AUTHENTIC"> {
  readonly idx: number;
}
/**
 * The chunk decrypts to one zstd frame whose blocks do not decompress to the content size that the frame
 * declares.
 * @remedy If you have the recording, seal it again as a new session; otherwise ask its owner.
 */
interface ChunkNotDecompressible extends Details<"CHUNK_NOT_DECOMPRESSIBLE"> {
  readonly idx: number;
  readonly reason: string;
}
/**
 * The chunk decrypts, but not to exactly one zstd frame that states its content size, needs no dictionary and
 * has nothing before or behind it. Programs that skip what surrounds a frame would show different recordings.
 * `fault` says which rule is broken.
 * @remedy If you have the recording, seal it again as a new session; otherwise ask its owner.
 */
interface ChunkFrameInvalid extends Details<"CHUNK_FRAME_INVALID"> {
  readonly idx: number;
  readonly fault: FrameFault;
}
/**
 * The session has fewer chunks.
 * @remedy Give an idx below its count.
 */
interface ChunkIndexOutOfRange extends Details<"CHUNK_INDEX_OUT_OF_RANGE"> {
  readonly idx: number;
  readonly chunkCount: number;
}
/**
 * The chunk has fewer segments.
 * @remedy Give an index below its count.
 */
interface ChunkSegmentOutOfRange extends Details<"CHUNK_SEGMENT_OUT_OF_RANGE"> {
  readonly segmentIndex: number;
  readonly segmentCount: number;
}

/** Everything that can be wrong with a recording, a session's files, its manifest or its keys. */
export type SessionErrorDetails =
  | ArgumentInvalid
  | RecordingUnreadable
  | RecordingEmpty
  | RecordingMalformed
  | RecordingChanged
  | StartedAtMissing
  | SessionExists
  | SessionNotFound
  | SessionIdAmbiguous
  | SessionIdDiffers
  | DestinationExists
  | DestinationUnwritable
  | OpenInterrupted
  | PlaintextLeft
  | SealInterrupted
  | WorkerFailed
  | RecipientsMissing
  | RecipientInvalid
  | RecipientsMixed
  | IdentityInvalid
  | KeyNotForIdentity
  | KeyMalformed
  | SignatureMissing
  | SignatureMalformed
  | SignatureForeign
  | FileNotRegular
  | FileTooLarge
  | FileUnreadable
  | TreeIndexOutOfRange
  | ManifestMalformed
  | ManifestNotCanonical
  | ManifestFieldInvalid
  | ManifestChunkDoubled
  | ManifestChunkMissing
  | ManifestChunkMisplaced
  | ManifestRootMismatch
  | ManifestTimesReversed
  | ChunkMissing
  | ChunkSizeMismatch
  | ChunkCorrupt
  | ChunkContentRootMismatch
  | ChunkSwapped
  | ChunkDoubled
  | ChunkUnexpected
  | ChunkKeyWrong
  | ChunkNotAuthentic
  | ChunkNotDecompressible
  | ChunkFrameInvalid
  | ChunkIndexOutOfRange
  | ChunkSegmentOutOfRange;
