import { getAddress } from "ethers";
import { z } from "zod";
import type { LucidAnchorsClient } from "../contracts/lucid-anchors.ts";
import { SessionError } from "../sessions/errors.ts";
import { verifyOwnership } from "../sessions/owner-signature.ts";
import type { SealedSession } from "../sessions/seal-session.ts";
import { sessionIdFromBytes32 } from "../sessions/session-id.ts";
import type { TreeProof } from "./anchor.ts";
import { AnchoringError } from "./errors.ts";
import { locateAnchor } from "./locate-anchor.ts";
import { chainFindings, conclude, type Verification } from "./verify-session.ts";

export const PROOF_FORMAT = "lucid.session-proof";
export const PROOF_VERSION = 1;

const bytes32 = z.string().regex(/^0x[0-9a-f]{64}$/, "expected 32 bytes in lower-case hex");
const address = z.string().refine((value) => {
  try {
    return getAddress(value) === value;
  } catch {
    return false;
  }
}, "expected an EIP-55 address");
const whole = z.int().nonnegative();

const proofSchema = z.strictObject({
  format: z.literal(PROOF_FORMAT),
  version: z.literal(PROOF_VERSION),
  session: z.strictObject({
    sessionId: bytes32,
    manifestHash: bytes32,
    startedAt: whole,
    owner: address,
    merkleRoot: bytes32,
    chunkCount: whole,
  }),
  ownerSignature: z.string(),
  chainId: z.string().regex(/^\d+$/, "expected a chain id in decimal digits"),
  contract: address,
  transaction: bytes32,
  blockNumber: whole,
  tree: z.strictObject({ root: bytes32, index: whole, proof: z.array(bytes32).max(20) }).optional(),
});

/** All that somebody needs to check a session with an RPC endpoint and nothing else. */
export type SessionProof = z.infer<typeof proofSchema>;

/**
 * Makes the proof of an anchored session.
 *
 * @param tree what the store remembers of the tree in which it was anchored.
 * @throws {AnchoringError} SESSION_NOT_ANCHORED
 */
export async function makeSessionProof(
  { manifest, session, signature }: SealedSession,
  tree: TreeProof | undefined,
  anchors: LucidAnchorsClient,
  chainId: number,
): Promise<SessionProof> {
  const { location } = await locateAnchor(anchors, session, tree);
  if (location === undefined) {
    throw new AnchoringError({ code: "SESSION_NOT_ANCHORED", sessionId: manifest.sessionId });
  }
  return {
    format: PROOF_FORMAT,
    version: PROOF_VERSION,
    session,
    ownerSignature: signature,
    chainId: chainId.toString(),
    contract: anchors.address,
    transaction: location.txid,
    blockNumber: location.blockNumber,
    ...(location.tree && { tree: { ...location.tree, proof: [...location.tree.proof] } }),
  };
}

/**
 * Reads a proof from a file's text.
 *
 * @throws {AnchoringError} PROOF_MALFORMED
 */
export function parseSessionProof(text: string, file: string): SessionProof {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new AnchoringError({ code: "PROOF_MALFORMED", file, reason: "it is no JSON" }, { cause });
  }
  const parsed = proofSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const reason = z.prettifyError(parsed.error).replaceAll("\n", " ");
  throw new AnchoringError({ code: "PROOF_MALFORMED", file, reason });
}

/**
 * Holds a proof to the chain: the owner's signature, and that the session stands where the proof says.
 *
 * @param anchors the contract that the proof names.
 * @param trusted the address that this machine knows as LucidAnchors, where it knows one.
 */
export async function verifySessionProof(
  proof: SessionProof,
  anchors: LucidAnchorsClient,
  trusted: string | undefined,
): Promise<Verification> {
  const { session, contract, transaction } = proof;
  const sessionId = sessionIdFromBytes32(session.sessionId);
  const { location, conflict } = await locateAnchor(anchors, session, proof.tree);
  const chain = chainFindings(sessionId, location, conflict);
  if (location !== undefined && location.txid !== transaction) {
    const found = location.txid;
    chain.push(new AnchoringError({ code: "PROOF_TRANSACTION_DIFFERS", proven: transaction, found }));
  }
  if (trusted !== undefined && trusted !== contract) {
    chain.push(new AnchoringError({ code: "PROOF_CONTRACT_DIFFERS", proven: contract, trusted }));
  }
  return conclude(
    [
      { subject: "owner", findings: ownerFindings(proof) },
      { subject: "chain", findings: chain },
    ],
    { session, sessionId, ...(location && { location }) },
  );
}

function ownerFindings({ session, ownerSignature }: SessionProof): SessionError[] {
  try {
    verifyOwnership(session, ownerSignature);
    return [];
  } catch (error) {
    if (!(error instanceof SessionError)) throw error;
    return [error];
  }
}
