import { getAddress, type Signer, TypedDataEncoder } from "ethers";
import { keccak256Bytes, keccak256Hex } from "../keccak.ts";
import { abiWords } from "./abi-words.ts";
import { SessionError } from "./errors.ts";
import { recoverSigner } from "./recover-signer.ts";
import type { Session } from "./session.ts";
import { signTypedData } from "./sign-typed-data.ts";
import { signatureFormFault } from "./signature-form.ts";

/** Without a chain: the owner signs at sealing, before it is known where the session will be anchored. */
const OWNERSHIP_DOMAIN = { name: "Lucid Sessions", version: "1" };

/** EIP-712: `SessionOwnership(bytes32 sessionId,bytes32 manifestHash,bytes32 merkleRoot,uint32 chunkCount)`. */
const OWNERSHIP_TYPES = {
  SessionOwnership: [
    { name: "sessionId", type: "bytes32" },
    { name: "manifestHash", type: "bytes32" },
    { name: "merkleRoot", type: "bytes32" },
    { name: "chunkCount", type: "uint32" },
  ],
};

const TYPE_HASH = keccak256Hex(
  Buffer.from(TypedDataEncoder.from(OWNERSHIP_TYPES).encodeType("SessionOwnership")),
);
/** 0x1901 and the domain's hash: the prefix of every signed message (EIP-712). */
const DIGEST_PREFIX = Buffer.from(`1901${TypedDataEncoder.hashDomain(OWNERSHIP_DOMAIN).slice(2)}`, "hex");

const FORM_FAULTS = {
  malformed: "expected r, s and v (1b or 1c) as 65 bytes in lower-case hex",
  malleable: "its s is in the upper half of the curve's order",
};

type Ownership = Pick<Session, "sessionId" | "manifestHash" | "merkleRoot" | "chunkCount">;

/**
 * Signs a session as its owner.
 *
 * @throws {SessionError} SESSION_SIGNATURE_FOREIGN when the signer is not the session's owner.
 */
export async function signOwnership(signer: Signer, session: Session): Promise<string> {
  const message = ownershipOf(session);
  const digest = ownershipDigest(session);
  const data = { domain: OWNERSHIP_DOMAIN, types: OWNERSHIP_TYPES, message };
  const signature = await signTypedData(signer, data, digest);
  verifyDigest(session, digest, signature);
  return signature;
}

/**
 * Checks that a signature is that of the session's owner.
 *
 * @throws {SessionError} SESSION_SIGNATURE_MALFORMED for anything but 65 bytes of lower-case hex with a low s;
 * SESSION_SIGNATURE_FOREIGN when somebody else signed, or something else was signed.
 */
export function verifyOwnership(session: Session, signature: string): void {
  verifyDigest(session, ownershipDigest(session), signature);
}

/**
 * The digest that the owner signs, equal to `TypedDataEncoder.hash` of ethers, which hashes the domain again each time
 * and takes ten times as long. A tree has up to 2^20 sessions.
 *
 * @returns bytes32 hex.
 */
export function ownershipDigest({ sessionId, manifestHash, merkleRoot, chunkCount }: Session): string {
  const struct = keccak256Bytes(abiWords(TYPE_HASH, sessionId, manifestHash, merkleRoot, chunkCount));
  return keccak256Hex(DIGEST_PREFIX, struct);
}

function verifyDigest(session: Session, digest: string, signature: string): void {
  const fault = signatureFormFault(signature);
  if (fault !== undefined) throw malformed(signature, FORM_FAULTS[fault]);
  const signer = recover(digest, signature);
  if (signer !== session.owner.toLowerCase()) {
    const { sessionId, owner } = session;
    const details = { sessionId, owner, signer: getAddress(signer) };
    throw new SessionError({ code: "SESSION_SIGNATURE_FOREIGN", ...details });
  }
}

function recover(digest: string, signature: string): string {
  try {
    return recoverSigner(digest, signature);
  } catch (cause) {
    throw malformed(signature, "no public key can be recovered from it", cause);
  }
}

/** Exactly the signed fields: a signer may refuse a message with more. */
function ownershipOf({ sessionId, manifestHash, merkleRoot, chunkCount }: Session): Ownership {
  return { sessionId, manifestHash, merkleRoot, chunkCount };
}

function malformed(signature: string, reason: string, cause?: unknown): SessionError {
  return new SessionError({ code: "SESSION_SIGNATURE_MALFORMED", signature, reason }, { cause });
}
