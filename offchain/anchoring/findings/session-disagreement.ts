import type { SessionErrorDetails } from "../../sessions/errors.ts";
import type { Disagreement } from "./finding.ts";

/** How a session's manifest, signature or chunks disagree. */
export function sessionDisagreement(details: SessionErrorDetails): Disagreement {
  switch (details.code) {
    case "SESSION_ID_DIFFERS":
      return { place: { file: details.directory }, expected: details.named, found: details.found };
    case "SESSION_SIGNATURE_FOREIGN":
      return { place: {}, expected: details.owner, found: details.signer };
    case "FILE_NOT_REGULAR":
      return { place: { file: details.path }, expected: "a regular file", found: details.kind };
    case "SESSION_SIGNATURE_MISSING":
    case "FILE_TOO_LARGE":
    case "FILE_UNREADABLE":
      return { place: { file: details.path } };
    case "MANIFEST_FIELD_INVALID": {
      const { field, chunk: idx } = details;
      return { place: { field, ...(idx !== undefined && { idx }) } };
    }
    case "MANIFEST_CHUNK_DOUBLED":
    case "MANIFEST_CHUNK_MISPLACED":
      return { place: { field: "chunks", idx: details.idx }, expected: details.idx, found: details.position };
    case "MANIFEST_CHUNK_MISSING":
      return { place: { field: "chunks", idx: details.idx } };
    case "MANIFEST_ROOT_MISMATCH":
      return { place: { field: "merkleRoot" }, expected: details.computed, found: details.declared };
    case "MANIFEST_TIMES_REVERSED":
      return { place: { field: "endedAt" } };
    case "CHUNK_MISSING":
      return { place: { idx: details.idx, file: details.path } };
    case "CHUNK_SIZE_MISMATCH":
      return { place: { idx: details.idx }, expected: details.expectedBytes, found: details.actualBytes };
    case "CHUNK_CORRUPT":
      return { place: { idx: details.idx }, expected: details.expectedSha256, found: details.actualSha256 };
    case "CHUNK_CONTENT_ROOT_MISMATCH":
      return { place: { idx: details.idx }, expected: details.declared, found: details.computed };
    case "CHUNK_SWAPPED":
      return { place: { idx: details.idx }, expected: details.idx, found: details.contentOf };
    case "CHUNK_DOUBLED":
      return { place: { idx: details.idx }, expected: details.idx, found: details.copyOf };
    case "CHUNK_UNEXPECTED":
      return { place: { file: details.file } };
    default:
      return { place: {} };
  }
}
