import type { ErrorDetails } from "../errors.ts";
import type { FrameFault } from "./zstd-frame.ts";

interface Details<Code extends string> extends ErrorDetails {
  readonly code: Code;
}

interface ArgumentInvalid extends Details<"SESSION_ARGUMENT_INVALID"> {
  readonly argument: string;
  readonly value: string;
  readonly expected: string;
}
interface RecordingUnreadable extends Details<"SESSION_RECORDING_UNREADABLE"> {
  readonly path: string;
  readonly reason: string;
}
interface RecordingEmpty extends Details<"SESSION_RECORDING_EMPTY"> {
  readonly path: string;
}
interface RecordingMalformed extends Details<"SESSION_RECORDING_MALFORMED"> {
  readonly path: string;
  /** Of asciicast. */
  readonly version: 2 | 3;
  readonly line: "first" | "last" | number;
  readonly reason: string;
}
interface RecordingChanged extends Details<"SESSION_RECORDING_CHANGED"> {
  readonly path: string;
}
interface StartedAtMissing extends Details<"SESSION_STARTED_AT_MISSING"> {
  readonly path: string;
}
interface SessionExists extends Details<"SESSION_EXISTS"> {
  readonly sessionId: string;
  readonly directory: string;
}
interface SessionNotFound extends Details<"SESSION_NOT_FOUND"> {
  readonly path: string;
}
interface SessionIdAmbiguous extends Details<"SESSION_ID_AMBIGUOUS"> {
  readonly prefix: string;
  /** How many sessions have an id that begins like this. */
  readonly count: number;
  /** The first of them. */
  readonly candidates: readonly string[];
}
interface SessionIdDiffers extends Details<"SESSION_ID_DIFFERS"> {
  readonly directory: string;
  /** The id that the folder's name says. */
  readonly named: string;
  /** The id in its manifest. */
  readonly found: string;
}
interface DestinationExists extends Details<"SESSION_DESTINATION_EXISTS"> {
  readonly path: string;
}
interface DestinationUnwritable extends Details<"SESSION_DESTINATION_UNWRITABLE"> {
  readonly path: string;
  readonly reason: string;
}
interface OpenInterrupted extends Details<"SESSION_OPEN_INTERRUPTED"> {
  /** Where the recording would have gone. */
  readonly path: string;
}
interface PlaintextLeft extends Details<"SESSION_PLAINTEXT_LEFT"> {
  /** The file that holds a part of the recording. */
  readonly path: string;
  /** Why it could not be removed. */
  readonly reason: string;
  /** What ended the opening: a code of this module, or the message of another error. */
  readonly after: string;
}
interface SealInterrupted extends Details<"SESSION_SEAL_INTERRUPTED"> {
  /** The recording. */
  readonly path: string;
}
interface WorkerFailed extends Details<"SESSION_WORKER_FAILED"> {
  readonly reason: string;
}
interface RecipientsMissing extends Details<"SESSION_RECIPIENTS_MISSING"> {
  readonly setting: string;
}
interface RecipientInvalid extends Details<"SESSION_RECIPIENT_INVALID"> {
  /** Which of the recipients given, from 0; it may be a secret key given by mistake, so it is never shown. */
  readonly position: number;
}
interface RecipientsMixed extends Details<"SESSION_RECIPIENTS_MIXED"> {
  /** How many of the recipients are of a kind that a quantum computer could not break, and how many are not. */
  readonly hybrid: number;
  readonly classic: number;
}
interface IdentityInvalid extends Details<"SESSION_IDENTITY_INVALID"> {
  /** Which of the identities given, from 0; its value is a secret and never shown. */
  readonly position: number;
}
interface KeyNotForIdentity extends Details<"SESSION_KEY_NOT_FOR_IDENTITY"> {
  readonly sessionId: string;
}
interface KeyMalformed extends Details<"SESSION_KEY_MALFORMED"> {
  readonly sessionId: string;
  readonly reason: string;
}
interface SignatureMissing extends Details<"SESSION_SIGNATURE_MISSING"> {
  readonly path: string;
}
interface SignatureMalformed extends Details<"SESSION_SIGNATURE_MALFORMED"> {
  readonly signature: string;
  readonly reason: string;
}
interface SignatureForeign extends Details<"SESSION_SIGNATURE_FOREIGN"> {
  readonly sessionId: string;
  readonly owner: string;
  readonly signer: string;
}
interface FileNotRegular extends Details<"FILE_NOT_REGULAR"> {
  readonly path: string;
  /** What it is instead, e.g. `a folder`. */
  readonly kind: string;
}
interface FileTooLarge extends Details<"FILE_TOO_LARGE"> {
  readonly path: string;
  readonly fileBytes: number;
  readonly maxBytes: number;
}
interface FileUnreadable extends Details<"FILE_UNREADABLE"> {
  readonly path: string;
  readonly reason: string;
}
interface TreeIndexOutOfRange extends Details<"SESSION_TREE_INDEX_OUT_OF_RANGE"> {
  readonly index: number;
  readonly count: number;
}
interface ManifestMalformed extends Details<"MANIFEST_MALFORMED"> {
  readonly bytes: number;
  readonly reason: string;
}
interface ManifestNotCanonical extends Details<"MANIFEST_NOT_CANONICAL"> {
  readonly offset: number;
}
interface ManifestFieldInvalid extends Details<"MANIFEST_FIELD_INVALID"> {
  readonly field: string;
  /** Position in the chunk table of the wrong chunk, if there is one. */
  readonly chunk?: number;
  readonly reason: string;
}
interface ManifestChunkDoubled extends Details<"MANIFEST_CHUNK_DOUBLED"> {
  readonly idx: number;
  readonly position: number;
}
interface ManifestChunkMissing extends Details<"MANIFEST_CHUNK_MISSING"> {
  readonly idx: number;
}
interface ManifestChunkMisplaced extends Details<"MANIFEST_CHUNK_MISPLACED"> {
  readonly idx: number;
  readonly position: number;
}
interface ManifestRootMismatch extends Details<"MANIFEST_ROOT_MISMATCH"> {
  readonly declared: string;
  readonly computed: string;
}
interface ManifestTimesReversed extends Details<"MANIFEST_TIMES_REVERSED"> {
  readonly startedAt: number;
  readonly endedAt: number;
}
interface ChunkMissing extends Details<"CHUNK_MISSING"> {
  readonly idx: number;
  readonly path: string;
}
interface ChunkSizeMismatch extends Details<"CHUNK_SIZE_MISMATCH"> {
  readonly idx: number;
  readonly expectedBytes: number;
  readonly actualBytes: number;
}
interface ChunkCorrupt extends Details<"CHUNK_CORRUPT"> {
  readonly idx: number;
  readonly expectedSha256: string;
  readonly actualSha256: string;
}
interface ChunkContentRootMismatch extends Details<"CHUNK_CONTENT_ROOT_MISMATCH"> {
  readonly idx: number;
  readonly declared: string;
  readonly computed: string;
}
interface ChunkSwapped extends Details<"CHUNK_SWAPPED"> {
  readonly idx: number;
  readonly contentOf: number;
}
interface ChunkDoubled extends Details<"CHUNK_DOUBLED"> {
  readonly idx: number;
  readonly copyOf: number;
}
interface ChunkUnexpected extends Details<"CHUNK_UNEXPECTED"> {
  readonly file: string;
  readonly chunkCount: number;
}
interface ChunkKeyWrong extends Details<"CHUNK_KEY_WRONG"> {
  readonly idx: number;
}
interface ChunkNotAuthentic extends Details<"CHUNK_NOT_AUTHENTIC"> {
  readonly idx: number;
}
interface ChunkNotDecompressible extends Details<"CHUNK_NOT_DECOMPRESSIBLE"> {
  readonly idx: number;
  readonly reason: string;
}
interface ChunkFrameInvalid extends Details<"CHUNK_FRAME_INVALID"> {
  readonly idx: number;
  readonly fault: FrameFault;
}
interface ChunkIndexOutOfRange extends Details<"CHUNK_INDEX_OUT_OF_RANGE"> {
  readonly idx: number;
  readonly chunkCount: number;
}
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
