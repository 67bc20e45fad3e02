import type { LucidAnchorsClient } from "../contracts/lucid-anchors/client.ts";
import type { LucidError } from "../errors.ts";
import { manifestHash, parseManifest, sessionOf } from "../sessions/manifest.ts";
import { verifyOwnership } from "../sessions/owner-signature.ts";
import { type Session, sessionCommitment } from "../sessions/session.ts";
import { sessionIdFromBytes32 } from "../sessions/session-id.ts";
import { AnchoringError } from "./errors.ts";
import type { AnchorTransaction } from "./find-anchor-transaction.ts";
import { type AnchorLocation, leadsToRoot, locateAnchor } from "./locate-anchor.ts";
import { findAlteration, findEquivocation, findOtherContents } from "./other-contents.ts";
import type { SessionProof } from "./proof-format.ts";
import { type CheckedTransaction, checkTransaction } from "./proof-transaction.ts";
import { type Checked, collectErrors, conclude, type Verification } from "./verification.ts";
import { verifyAnchor } from "./verify-anchor.ts";
import type { VerifyModules, VerifyOptions } from "./verify-session.ts";

export interface VerifyProofModules extends Omit<VerifyModules, "anchors"> {
  /** The contract that the proof names. */
  readonly anchors: LucidAnchorsClient;
}

export interface VerifyProofOptions extends VerifyOptions {
  /** The address of LucidAnchors that this installation knows independently of the proof, if it knows one. */
  readonly knownContract: string | undefined;
}

/**
 * Checks a proof against its manifest, the owner's signature, and the chain. Nothing in it is trusted before it is
 * checked. The session's date comes from a call to the contract; if only the proof names the contract, no date is given.
 *
 * @throws {EvmError} when the chain cannot be asked; that is not a finding about the proof.
 */
export async function verifySessionProof(
  proof: SessionProof,
  { anchors, findRecorded }: VerifyProofModules,
  { knownContract, confirmations, onUnavailable }: VerifyProofOptions,
): Promise<Verification> {
  const { session } = proof;
  const sessionId = sessionIdFromBytes32(session.sessionId);
  const { contract: address, chainId } = proof;
  const contract = { address, chainId, isKnown: knownContract === address };
  const manifest = await collectErrors(() => manifestErrors(proof));
  const owner = await collectErrors(() => verifyOwnership(session, proof.ownerSignature));
  // Another contract may answer anything, so it is not even asked.
  const isForeign = knownContract !== undefined && !contract.isKnown;
  const chain: Checked<ChainAnswer> = isForeign
    ? { errors: [foreignContract(proof.contract, knownContract)] }
    : await collectErrors(() => askChain(proof, anchors, confirmations, onUnavailable));
  const answer = chain.value;
  const isSigned = owner.errors.length === 0;
  const recorded = await findRecorded(sessionId);
  const altered = isSigned ? [] : findAlteration(session, recorded);
  // Only a known contract gives dates; that there are two contents is known without one.
  const believed = contract.isKnown ? anchors : undefined;
  const equivocated = isSigned ? await findEquivocation(session, treeOf(proof), recorded, believed) : [];
  const manifestDiffers = [...manifest.errors, ...(manifest.value ?? []), ...altered];
  const chainDiffers = [...chain.errors, ...(answer?.errors ?? [])];
  const conclusion = conclude(
    [
      { subject: "manifest", errors: manifestDiffers, place: { sessionId } },
      { subject: "owner", errors: [...owner.errors, ...equivocated], place: { sessionId } },
      { subject: "chain", errors: chainDiffers, place: { sessionId, contract: address } },
    ],
    contract,
  );
  const isShown = contract.isKnown && answer?.location !== undefined;
  return {
    ...conclusion,
    session,
    sessionId,
    ...(isShown && { anchor: { ...(answer.location as AnchorLocation), ...answer.transaction } }),
    otherContents: contract.isKnown ? await findOtherContents(anchors, session, onUnavailable) : [],
  };
}

function foreignContract(proven: string, known: string): AnchoringError {
  return new AnchoringError({ code: "PROOF_CONTRACT_DIFFERS", proven, known });
}

/** The owner signs the manifest's hash; only the manifest itself says when the recording began. */
function manifestErrors({ manifest, session }: SessionProof): LucidError[] {
  const bytes = Buffer.from(manifest, "utf8");
  const signed = sessionOf(parseManifest(bytes), manifestHash(bytes));
  return (Object.keys(signed) as (keyof Session)[])
    .filter((field) => signed[field] !== session[field])
    .map((field) => {
      const proven = String(session[field]);
      return new AnchoringError({
        code: "PROOF_SESSION_DIFFERS",
        field,
        proven,
        manifest: String(signed[field]),
      });
    });
}

/** The position of a leaf is not part of a proof of OpenZeppelin's trees. */
const treeOf = ({ tree }: SessionProof) => tree && { ...tree, index: 0 };

interface ChainAnswer {
  /** The anchor that the proof is about. */
  readonly location: AnchorLocation | undefined;
  readonly transaction: AnchorTransaction | undefined;
  readonly errors: readonly LucidError[];
}

async function askChain(
  proof: SessionProof,
  anchors: LucidAnchorsClient,
  confirmations: number,
  onUnavailable: VerifyOptions["onUnavailable"],
): Promise<ChainAnswer> {
  const { session } = proof;
  const tree = treeOf(proof);
  const found = await locateAnchor(anchors, session, tree);
  const asked = tree === undefined ? found.slot : found.tree;
  const brokenPath = tree && treeErrors(session, tree, asked, anchors.address);
  if (brokenPath !== undefined && brokenPath.length > 0) {
    return { location: asked, transaction: undefined, errors: brokenPath };
  }
  const { location, errors } = await verifyAnchor(anchors, session, asked, confirmations);
  const checked: CheckedTransaction =
    location === undefined ? { errors: [] } : await checkTransaction(proof, location, anchors);
  if (checked.unchecked !== undefined) onUnavailable?.(checked.unchecked);
  return { location, transaction: checked.transaction, errors: [...errors, ...checked.errors] };
}

function treeErrors(
  session: Session,
  tree: { readonly root: string; readonly proof: readonly string[] },
  location: AnchorLocation | undefined,
  contract: string,
): LucidError[] {
  const { root } = tree;
  if (!leadsToRoot(session, tree)) {
    const sessionId = sessionIdFromBytes32(session.sessionId);
    const commitment = sessionCommitment(session);
    return [new AnchoringError({ code: "PROOF_PATH_INVALID", sessionId, commitment, root })];
  }
  return location === undefined ? [new AnchoringError({ code: "TREE_NOT_REGISTERED", root, contract })] : [];
}
