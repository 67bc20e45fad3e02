import { cutText } from "../cut-text.ts";
import { LucidError } from "../errors.ts";
import type { SessionErrorDetails } from "./error-details.ts";
import { FRAME_FAULTS } from "./zstd-frame.ts";

export type { SessionErrorDetails } from "./error-details.ts";

/** What sealing, opening, reading or checking a session throws. Never carries a key or plaintext. */
export class SessionError extends LucidError<SessionErrorDetails> {
  constructor(details: SessionErrorDetails, options?: ErrorOptions) {
    super(details, describe(details), options);
  }
}

const REFETCH = "Take the session's files again from a copy that verifies";
const REWRITE = "Take the manifest again from a copy whose manifestHash is anchored; it must never be edited";
/** A correct sealer never produces such a chunk, and its owner vouched for it: no copy can be better. */
const RESEAL =
  "The session was sealed by a faulty or dishonest program: if you have the recording, seal it again as a new session, otherwise ask its owner";

function describe(details: SessionErrorDetails): string {
  switch (details.code) {
    case "SESSION_ARGUMENT_INVALID":
      return `${details.argument} is ${details.value}, expected ${details.expected}. Correct it.`;
    case "SESSION_RECORDING_UNREADABLE":
      return `The recording ${details.path} cannot be read: ${details.reason}. Give the path of a regular file that you may read.`;
    case "SESSION_RECORDING_EMPTY":
      return `The recording ${details.path} is empty, and an empty recording proves nothing. Record again, or leave it out.`;
    case "SESSION_RECORDING_MALFORMED":
      return `The recording ${details.path} begins as asciicast v${details.version}, but ${typeof details.line === "number" ? `line ${details.line}` : `its ${details.line} line`} is not valid: ${details.reason}. Repair that line, or give --started-at and --ended-at to seal it as it is.`;
    case "SESSION_RECORDING_CHANGED":
      return `The recording ${details.path} changed while it was sealed. Stop what writes to it, then seal again.`;
    case "SESSION_STARTED_AT_MISSING":
      return `The recording ${details.path} does not say when it began (only an asciicast header with a timestamp does). Give --started-at, as an ISO 8601 date with its zone or as Unix seconds.`;
    case "SESSION_EXISTS":
      return `Session ${details.sessionId} is already sealed in ${details.directory}. A session is never overwritten: leave the id out to get a new one.`;
    case "SESSION_NOT_FOUND":
      return /\.json$/i.test(details.path)
        ? `There is no file ${details.path}, neither a session proof nor a session's manifest. Give the path of a proof (session proof says where it wrote it), a session's folder, or its id (npx hardhat session list shows them).`
        : `There is no session at ${details.path}. Give a session's folder or its manifest.json (npx hardhat session list shows them).`;
    case "SESSION_ID_AMBIGUOUS":
      return `${details.count} sessions have an id that begins with ${details.prefix}: ${details.candidates.join(", ")}${details.count > details.candidates.length ? ", …" : ""}. Give more digits of it.`;
    case "SESSION_ID_DIFFERS":
      return `${details.directory} should hold session ${details.named}, but its manifest is that of session ${details.found}. Give the folder its own name back, or take the files of ${details.named} from a copy.`;
    case "SESSION_DESTINATION_EXISTS":
      return `${details.path} already exists and is not overwritten. Give another path, or move it away.`;
    case "SESSION_DESTINATION_UNWRITABLE":
      return `${details.path} cannot be written: ${details.reason}. Give a path in an existing folder that you may write to and that has free space.`;
    case "SESSION_OPEN_INTERRUPTED":
      return `Opening was interrupted. No plaintext was left behind, and ${details.path} was not written: open the session again when you want it.`;
    case "SESSION_SEAL_INTERRUPTED":
      return `Sealing ${details.path} was interrupted, and nothing of the session was left behind. Seal the recording again when you want it.`;
    case "SESSION_WORKER_FAILED":
      return `A worker thread ended before its chunk was done: ${details.reason}. None of its work was kept. Run the command again; if the machine is short of memory, free some first.`;
    case "SESSION_PLAINTEXT_LEFT":
      return `Opening failed, and ${details.path}, which holds part of the recording in plaintext, could not be removed: ${details.reason}. Remove it yourself. The opening ended with: ${details.after}.`;
    case "SESSION_RECIPIENTS_MISSING":
      return `No age recipient was given, so nobody could open the session. Set ${details.setting} to one or more age1… recipients.`;
    case "SESSION_RECIPIENT_INVALID":
      return `Age recipient ${details.position + 1} (its value is not shown) is not a recipient that a session can be sealed to. Give the public key that age-keygen prints: age1… (X25519) or age1pq1… (post-quantum); plugin, tag and SSH recipients are not accepted.`;
    case "SESSION_RECIPIENTS_MIXED":
      return `${details.hybrid} of the age recipients are post-quantum (age1pq1…) and ${details.classic} are not, so the session would be protected no better than by the weaker ones. Give recipients of one kind.`;
    case "SESSION_IDENTITY_INVALID":
      return `Age identity ${details.position + 1} (its value is not shown) is not valid. Give the AGE-SECRET-KEY-1… or AGE-SECRET-KEY-PQ-1… line of an identity file.`;
    case "SESSION_KEY_NOT_FOR_IDENTITY":
      return `The key of session ${details.sessionId} is wrapped to other recipients than these identities. Use the identity of one of the recipients it was sealed to.`;
    case "SESSION_KEY_MALFORMED":
      return `The wrapped key of session ${details.sessionId} cannot be used: ${details.reason}. Take session-key.age again from a copy.`;
    case "SESSION_SIGNATURE_MISSING":
      return `The owner's signature ${details.path} is missing, and a session without one is neither anchored nor verified. Take owner-signature.json from a copy of the session.`;
    case "SESSION_SIGNATURE_MALFORMED":
      return `The owner's signature ${cutText(details.signature)} is not acceptable: ${details.reason}. Take owner-signature.json again from a copy of the session.`;
    case "SESSION_SIGNATURE_FOREIGN":
      return `The signature of session ${details.sessionId} is not that of its owner ${details.owner} over this manifest: the key recovered from it is ${details.signer}. Either the manifest was altered after it was signed, or somebody else signed. Take manifest.json and owner-signature.json again from a copy that verifies, and do not trust this one.`;
    case "SESSION_TREE_INDEX_OUT_OF_RANGE":
      return `Index ${details.index} is outside a tree of ${details.count} sessions. Give an index from 0 to ${details.count - 1}.`;
    case "FILE_NOT_REGULAR":
      return `${details.path} is ${details.kind}, not a regular file, and was not read. Find out who put it there, and take the file again from a copy.`;
    case "FILE_TOO_LARGE":
      return `${details.path} has ${details.fileBytes} bytes, more than the ${details.maxBytes} that such a file can have, and was not read. Take the file again from a copy.`;
    case "FILE_UNREADABLE":
      return `${details.path} cannot be read: ${details.reason}. Grant yourself permission to read it, or take the file again from a copy.`;
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
      return `The manifest lists chunk ${details.idx} at place ${details.position}, but chunks are listed in the order of idx. ${REWRITE}.`;
    case "MANIFEST_ROOT_MISMATCH":
      return `The manifest declares merkleRoot ${details.declared}, but its chunk table gives ${details.computed}: one of them was altered. ${REWRITE}.`;
    case "MANIFEST_TIMES_REVERSED":
      return `The session ends (${details.endedAt}) before it starts (${details.startedAt}). When sealing, give Unix seconds with endedAt >= startedAt; a stored manifest that says so was never valid.`;
    case "CHUNK_MISSING":
      return `Chunk ${details.idx} is missing: there is no ${details.path}. ${REFETCH}.`;
    case "CHUNK_SIZE_MISMATCH":
      return `Chunk ${details.idx} is ${details.actualBytes < details.expectedBytes ? "truncated" : "too long"}: ${details.actualBytes} bytes, the manifest says ${details.expectedBytes}. ${REFETCH}.`;
    case "CHUNK_CORRUPT":
      return `Chunk ${details.idx} was altered: its SHA-256 is ${details.actualSha256}, the manifest says ${details.expectedSha256}. ${REFETCH}.`;
    case "CHUNK_CONTENT_ROOT_MISMATCH":
      return `Chunk ${details.idx} has the right SHA-256, but its content root is ${details.computed} and the manifest declares ${details.declared}. ${RESEAL}.`;
    case "CHUNK_SWAPPED":
      return `The file of chunk ${details.idx} holds chunk ${details.contentOf}: files were swapped. Give them back their names, or take them again from a copy that verifies.`;
    case "CHUNK_DOUBLED":
      return `The file of chunk ${details.idx} is a copy of chunk ${details.copyOf}. ${REFETCH}.`;
    case "CHUNK_UNEXPECTED":
      return `${details.file} is not a chunk of this session, which has ${details.chunkCount}. Remove it, or find out where it belongs.`;
    case "CHUNK_KEY_WRONG":
      return `The session key is not the one that chunk ${details.idx} was encrypted under. Use the session-key.age that was sealed with this manifest.`;
    case "CHUNK_NOT_AUTHENTIC":
      return `Chunk ${details.idx} is the one that the manifest describes, but its authentication tag does not match. ${RESEAL}.`;
    case "CHUNK_NOT_DECOMPRESSIBLE":
      return `Chunk ${details.idx} decrypts to one zstd frame that does not decompress to its declared size: ${details.reason}. ${RESEAL}.`;
    case "CHUNK_FRAME_INVALID":
      return `Chunk ${details.idx} decrypts, but not to exactly one zstd frame as the session format requires: ${FRAME_FAULTS[details.fault]}. ${RESEAL}.`;
    case "CHUNK_INDEX_OUT_OF_RANGE":
      return `There is no chunk ${details.idx} in a session of ${details.chunkCount}. Give an idx from 0 to ${details.chunkCount - 1}.`;
    case "CHUNK_SEGMENT_OUT_OF_RANGE":
      return `There is no segment ${details.segmentIndex} in a chunk of ${details.segmentCount}. Give an index from 0 to ${details.segmentCount - 1}.`;
  }
}
