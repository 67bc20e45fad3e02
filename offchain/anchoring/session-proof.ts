import { z } from "zod";
import { addressSchema } from "../contracts/address-schema.ts";
import type { LucidAnchorsClient } from "../contracts/lucid-anchors.ts";
import type { LucidError } from "../errors.ts";
import { encodeManifest, manifestHash, parseManifest, sessionOf } from "../sessions/manifest.ts";
import { verifyOwnership } from "../sessions/owner-signature.ts";
import type { SealedSession } from "../sessions/seal-session.ts";
import type { Session } from "../sessions/session.ts";
import { sessionIdFromBytes32 } from "../sessions/session-id.ts";
import type { TreeProof } from "./anchor.ts";
import { AnchoringError } from "./errors.ts";
import { locateAnchor } from "./locate-anchor.ts";
import { chainFindings, collectFindings, conclude, type Verification } from "./verify-session.ts";

export const PROOF_FORMAT = "lucid.session-proof";
export const PROOF_VERSION = 1;

/** A session tree has at most 2^20 leaves. */
const LONGEST_TREE_PROOF = 20;
const LARGEST_UINT32 = 2 ** 32 - 1;

const bytes32 = z.string().regex(/^0x[0-9a-f]{64}$/, "expected 32 bytes in lower-case hex");
const whole = z.int().nonnegative();

const proofSchema = z.strictObject({
  format: z.literal(PROOF_FORMAT),
  version: z.literal(PROOF_VERSION),
  session: z.strictObject({
    // A UUID, left-aligned.
    sessionId: z.string().regex(/^0x[0-9a-f]{32}0{32}$/, "expected a UUID left-aligned in 32 bytes of hex"),
    manifestHash: bytes32,
    startedAt: whole,
    owner: addressSchema,
    merkleRoot: bytes32,
    chunkCount: whole.max(LARGEST_UINT32),
  }),
  /** The manifest's bytes as text: what the owner signed, startedAt and chunk table in it. */
  manifest: z.string(),
  ownerSignature: z.string(),
  chainId: z.string().regex(/^\d+$/, "expected a chain id in decimal digits"),
  contract: addressSchema,
  transaction: bytes32,
  blockNumber: whole,
  tree: z.strictObject({ root: bytes32, proof: z.array(bytes32).max(LONGEST_TREE_PROOF) }).optional(),
});

/** All that somebody needs to check a session with an RPC endpoint and nothing else. */
export type SessionProof = z.infer<typeof proofSchema>;

/**
 * Makes the proof of an anchored session, about its earliest anchor.
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
  const { txid, blockNumber } = location;
  return {
    format: PROOF_FORMAT,
    version: PROOF_VERSION,
    session,
    manifest: encodeManifest(manifest).toString("utf8"),
    ownerSignature: signature,
    chainId: chainId.toString(),
    contract: anchors.address,
    transaction: txid,
    blockNumber,
    ...(location.tree && { tree: { root: location.tree.root, proof: [...location.tree.proof] } }),
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

/** What a proof is held against besides the chain. */
export interface ProofContext {
  /** The contract that the proof names. */
  readonly anchors: LucidAnchorsClient;
  /** The address that this machine knows as LucidAnchors, where it knows one. */
  readonly trusted: string | undefined;
  readonly confirmations: number;
}

/**
 * Holds a proof to its manifest, to the owner's signature, and to the chain: the session stands where the proof says,
 * and was anchored by the transaction that it names.
 */
export async function verifySessionProof(
  proof: SessionProof,
  { anchors, trusted, confirmations }: ProofContext,
): Promise<Verification> {
  const { session, contract } = proof;
  const sessionId = sessionIdFromBytes32(session.sessionId);
  const manifest = await collectFindings(() => manifestFindings(proof));
  const owner = await collectFindings(() => verifyOwnership(session, proof.ownerSignature));
  if (trusted !== undefined && trusted !== contract) {
    // Another contract may say whatever it likes: it is not even asked.
    const foreign = new AnchoringError({ code: "PROOF_CONTRACT_DIFFERS", proven: contract, trusted });
    return conclude(
      [
        { subject: "manifest", findings: [...manifest.findings, ...(manifest.value ?? [])] },
        { subject: "owner", findings: owner.findings },
        { subject: "chain", findings: [foreign] },
      ],
      { session, sessionId },
    );
  }
  // The place of a leaf is no part of a proof of OpenZeppelin's trees.
  const found = await locateAnchor(anchors, session, proof.tree && { ...proof.tree, index: 0 });
  const location = proof.tree === undefined ? found.slot : found.tree;
  const chain = await chainFindings(
    sessionId,
    { location, conflict: found.conflict },
    anchors,
    confirmations,
  );
  if (location !== undefined) chain.push(...transactionFindings(proof, location));
  return conclude(
    [
      { subject: "manifest", findings: [...manifest.findings, ...(manifest.value ?? [])] },
      { subject: "owner", findings: owner.findings },
      { subject: "chain", findings: chain },
    ],
    { session, sessionId, ...(location && { location }) },
  );
}

/** The owner signs the manifest's hash; only the manifest itself says when the recording began. */
function manifestFindings({ manifest, session }: SessionProof): LucidError[] {
  const bytes = Buffer.from(manifest, "utf8");
  const signed = sessionOf(parseManifest(bytes), manifestHash(bytes));
  return (Object.keys(signed) as (keyof Session)[])
    .filter((field) => signed[field] !== session[field])
    .map(
      (field) =>
        new AnchoringError({
          code: "PROOF_SESSION_DIFFERS",
          field,
          proven: String(session[field]),
          manifest: String(signed[field]),
        }),
    );
}

function transactionFindings(
  { transaction, blockNumber }: SessionProof,
  location: { readonly txid: string; readonly blockNumber: number },
): LucidError[] {
  if (location.txid === transaction && location.blockNumber === blockNumber) return [];
  const found = `${location.txid} in block ${location.blockNumber}`;
  const proven = `${transaction} in block ${blockNumber}`;
  return [new AnchoringError({ code: "PROOF_TRANSACTION_DIFFERS", proven, found })];
}
