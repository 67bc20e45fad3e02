import { z } from "zod";
import { addressSchema } from "../contracts/address-schema.ts";
import { parseJsonAs } from "../parse-json-as.ts";
import { MAX_CHUNK_COUNT, MAX_TIME_SECONDS } from "../sessions/limits.ts";
import { sessionIdFromBytes32 } from "../sessions/session-id.ts";
import { AnchoringError } from "./errors.ts";

export const PROOF_FORMAT = "lucid.session-proof";
export const PROOF_VERSION = 1;

/**
 * Bytes of a proof file at most: that of a session of some 250,000 chunks, 2 TB of recording in chunks of the usual size.
 * Parsing a file of brackets only takes some forty times as much memory.
 */
export const MAX_PROOF_BYTES = 64 * 2 ** 20;

/** Characters of a signature at most; a valid one has 132, and slightly wrong ones are read to report what is wrong. */
const MAX_SIGNATURE_LENGTH = 1_024;

/** A session tree has at most 2^20 leaves. */
const MAX_PATH_LENGTH = 20;

const bytes32 = z.string().regex(/^0x[0-9a-f]{64}$/, "expected 32 bytes in lower-case hex");
const whole = z.int().nonnegative();

const proofSchema = z
  .strictObject({
    format: z.literal(PROOF_FORMAT),
    version: z.literal(PROOF_VERSION),
    session: z.strictObject({
      // A UUID, left-aligned.
      sessionId: z.string().regex(/^0x[0-9a-f]{32}0{32}$/, "expected a UUID left-aligned in 32 bytes of hex"),
      manifestHash: bytes32,
      startedAt: whole.max(MAX_TIME_SECONDS),
      owner: addressSchema,
      merkleRoot: bytes32,
      chunkCount: whole.min(1).max(MAX_CHUNK_COUNT),
    }),
    /** The manifest's bytes as text: what the owner signed, startedAt and chunk table in it. */
    manifest: z.string(),
    ownerSignature: z.string().max(MAX_SIGNATURE_LENGTH),
    chainId: z.string().regex(/^[1-9]\d{0,77}$/, "expected a chain id in decimal digits"),
    contract: addressSchema,
    /** For people who look for the anchor's event; the session's time does not depend on it. Both or neither. */
    transaction: bytes32.optional(),
    blockNumber: whole.optional(),
    tree: z.strictObject({ root: bytes32, proof: z.array(bytes32).max(MAX_PATH_LENGTH) }).optional(),
  })
  .refine(
    ({ transaction, blockNumber }) => (transaction === undefined) === (blockNumber === undefined),
    "expected transaction and blockNumber together, or neither",
  );

/** Everything needed to check a session with only an RPC endpoint: docs/session-proof.md. */
export type SessionProof = z.infer<typeof proofSchema>;

/**
 * Reads a proof from a file's text. Only its form is checked here, not its content.
 *
 * @param file its name, for the error
 * @throws {AnchoringError} PROOF_MALFORMED
 */
export function parseSessionProof(text: string, file: string): SessionProof {
  const parsed = parseJsonAs(proofSchema, text);
  if ("value" in parsed) return parsed.value;
  const { reason, cause } = parsed;
  throw new AnchoringError({ code: "PROOF_MALFORMED", file, reason }, { cause });
}

/**
 * The text of a proof file.
 *
 * @throws {AnchoringError} PROOF_TOO_LARGE where nobody would read it
 */
export function encodeSessionProof(proof: SessionProof): string {
  const text = `${JSON.stringify(proof, null, 2)}\n`;
  const bytes = Buffer.byteLength(text);
  if (bytes <= MAX_PROOF_BYTES) return text;
  const sessionId = sessionIdFromBytes32(proof.session.sessionId);
  throw new AnchoringError({ code: "PROOF_TOO_LARGE", sessionId, bytes, maximum: MAX_PROOF_BYTES });
}
