import { type ErrorDetails, LucidError } from "../errors.ts";

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
  readonly line: "first" | "last";
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
interface DestinationExists extends Details<"SESSION_DESTINATION_EXISTS"> {
  readonly path: string;
}
interface DestinationUnwritable extends Details<"SESSION_DESTINATION_UNWRITABLE"> {
  readonly path: string;
  readonly reason: string;
}
interface RecipientsMissing extends Details<"SESSION_RECIPIENTS_MISSING"> {
  readonly setting: string;
}
interface RecipientInvalid extends Details<"SESSION_RECIPIENT_INVALID"> {
  /** Which of the recipients given, from 0; a secret key may stand there by mistake, so it is never shown. */
  readonly position: number;
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
  /** Place in the chunk table of the chunk that is wrong, where one is. */
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
  | DestinationExists
  | DestinationUnwritable
  | RecipientsMissing
  | RecipientInvalid
  | IdentityInvalid
  | KeyNotForIdentity
  | KeyMalformed
  | SignatureMissing
  | SignatureMalformed
  | SignatureForeign
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
  | ChunkIndexOutOfRange
  | ChunkSegmentOutOfRange;

/** What sealing, opening, reading or checking a session throws. Never carries a key or plaintext. */
export class SessionError extends LucidError<SessionErrorDetails> {
  constructor(details: SessionErrorDetails, options?: ErrorOptions) {
    super(details, describe(details), options);
  }
}

const REFETCH = "Take the session's files again from a copy that verifies";
const REWRITE =
  "Take the manifest again from a copy whose manifestHash is anchored; it is never edited by hand";

function describe(details: SessionErrorDetails): string {
  switch (details.code) {
    case "SESSION_ARGUMENT_INVALID":
      return `${details.argument} is ${details.value}, expected ${details.expected}. Correct it.`;
    case "SESSION_RECORDING_UNREADABLE":
      return `The recording ${details.path} cannot be read: ${details.reason}. Give the path of a regular file that you may read.`;
    case "SESSION_RECORDING_EMPTY":
      return `The recording ${details.path} is empty, and an empty recording proves nothing. Record again, or leave it out.`;
    case "SESSION_RECORDING_MALFORMED":
      return `The recording ${details.path} begins as asciicast v2, but its ${details.line} line is not: ${details.reason}. Repair that line, or give --started-at and --ended-at to seal it as it is.`;
    case "SESSION_RECORDING_CHANGED":
      return `The recording ${details.path} changed while it was sealed. Stop what writes to it, then seal again.`;
    case "SESSION_STARTED_AT_MISSING":
      return `The recording ${details.path} does not say when it began (only an asciicast v2 header with a timestamp does). Give --started-at as Unix seconds.`;
    case "SESSION_EXISTS":
      return `Session ${details.sessionId} is already sealed in ${details.directory}. A session is never overwritten: leave the id out to get a new one.`;
    case "SESSION_NOT_FOUND":
      return `There is no session at ${details.path}. Give a session's folder or its manifest.json (npx hardhat session list shows them).`;
    case "SESSION_DESTINATION_EXISTS":
      return `${details.path} exists already and is not overwritten. Give another path, or move it away.`;
    case "SESSION_DESTINATION_UNWRITABLE":
      return `${details.path} cannot be written: ${details.reason}. Give a path in a folder that is there, may be written and has room.`;
    case "SESSION_RECIPIENTS_MISSING":
      return `No age recipient was given, so nobody could open the session. Set ${details.setting} to one or more age1… recipients.`;
    case "SESSION_RECIPIENT_INVALID":
      return `Age recipient ${details.position} (its value is not shown) is not one. Give the age1… line that age-keygen prints as the public key.`;
    case "SESSION_IDENTITY_INVALID":
      return `Age identity ${details.position} (its value is not shown) is not one. Give the AGE-SECRET-KEY-1… line of an identity file.`;
    case "SESSION_KEY_NOT_FOR_IDENTITY":
      return `The key of session ${details.sessionId} is wrapped to other recipients than these identities. Use the identity of one of the recipients it was sealed to.`;
    case "SESSION_KEY_MALFORMED":
      return `The wrapped key of session ${details.sessionId} is damaged: ${details.reason}. Take session-key.age again from a copy.`;
    case "SESSION_SIGNATURE_MISSING":
      return `The owner's signature ${details.path} is missing. A session without one is not anchored or verified: take it from a copy, or seal the recording again.`;
    case "SESSION_SIGNATURE_MALFORMED":
      return `The owner's signature ${details.signature} is not acceptable: ${details.reason}. Take owner-signature.json from a copy, or seal the recording again.`;
    case "SESSION_SIGNATURE_FOREIGN":
      return `Session ${details.sessionId} names ${details.owner} as its owner, but ${details.signer} signed (or something else was signed). Only the owner's signature over this manifest counts: seal the recording again with the owner's key.`;
    case "SESSION_TREE_INDEX_OUT_OF_RANGE":
      return `Index ${details.index} is outside a tree of ${details.count} sessions. Give an index from 0 to ${details.count - 1}.`;
    case "MANIFEST_MALFORMED":
      return `The manifest (${details.bytes} bytes) is not JSON: ${details.reason}. It may be truncated. ${REWRITE}.`;
    case "MANIFEST_NOT_CANONICAL":
      return `The manifest is not canonical JSON (RFC 8785): it differs from its canonical form at byte ${details.offset}. ${REWRITE}.`;
    case "MANIFEST_FIELD_INVALID":
      return `The manifest's field ${details.field}${details.chunk === undefined ? "" : ` of chunk ${details.chunk}`} is wrong: ${details.reason}. ${REWRITE}.`;
    case "MANIFEST_CHUNK_DOUBLED":
      return `The manifest lists chunk ${details.idx} twice, the second time at place ${details.position}. ${REWRITE}.`;
    case "MANIFEST_CHUNK_MISSING":
      return `The manifest leaves out chunk ${details.idx}. ${REWRITE}.`;
    case "MANIFEST_CHUNK_MISPLACED":
      return `The manifest lists chunk ${details.idx} at place ${details.position}; chunks stand in the order of idx. ${REWRITE}.`;
    case "MANIFEST_ROOT_MISMATCH":
      return `The manifest declares merkleRoot ${details.declared}, but its chunk table gives ${details.computed}. ${REWRITE}.`;
    case "MANIFEST_TIMES_REVERSED":
      return `The session ends (${details.endedAt}) before it starts (${details.startedAt}). Give Unix seconds with endedAt >= startedAt.`;
    case "CHUNK_MISSING":
      return `Chunk ${details.idx} is missing: there is no ${details.path}. ${REFETCH}.`;
    case "CHUNK_SIZE_MISMATCH":
      return `Chunk ${details.idx} is ${details.actualBytes < details.expectedBytes ? "truncated" : "too long"}: ${details.actualBytes} bytes, the manifest says ${details.expectedBytes}. ${REFETCH}.`;
    case "CHUNK_CORRUPT":
      return `Chunk ${details.idx} was altered: its SHA-256 is ${details.actualSha256}, the manifest says ${details.expectedSha256}. ${REFETCH}.`;
    case "CHUNK_CONTENT_ROOT_MISMATCH":
      return `Chunk ${details.idx} has the right SHA-256, but its content root is ${details.computed} and the manifest declares ${details.declared}: whoever made the manifest made it wrong. Seal the recording again.`;
    case "CHUNK_SWAPPED":
      return `The file of chunk ${details.idx} holds chunk ${details.contentOf}: files were swapped. Give them back their names, or take them again from a copy that verifies.`;
    case "CHUNK_DOUBLED":
      return `The file of chunk ${details.idx} is a copy of chunk ${details.copyOf}. ${REFETCH}.`;
    case "CHUNK_UNEXPECTED":
      return `${details.file} is not a chunk of this session, which has ${details.chunkCount}. Remove it, or find out where it belongs.`;
    case "CHUNK_KEY_WRONG":
      return `The session key is not the one that chunk ${details.idx} was encrypted under. Use the session-key.age that was sealed with this manifest.`;
    case "CHUNK_NOT_AUTHENTIC":
      return `Chunk ${details.idx} does not decrypt: its authentication tag does not hold, although it is the chunk of the manifest. It was sealed wrongly; seal the recording again.`;
    case "CHUNK_NOT_DECOMPRESSIBLE":
      return `Chunk ${details.idx} decrypts, but zstd refuses it: ${details.reason}. It was sealed wrongly; seal the recording again.`;
    case "CHUNK_INDEX_OUT_OF_RANGE":
      return `There is no chunk ${details.idx} in a session of ${details.chunkCount}. Give an idx from 0 to ${details.chunkCount - 1}.`;
    case "CHUNK_SEGMENT_OUT_OF_RANGE":
      return `There is no segment ${details.segmentIndex} in a chunk of ${details.segmentCount}. Give an index from 0 to ${details.segmentCount - 1}.`;
  }
}
