import type { LucidAnchorsReader } from "../contracts/lucid-anchors/reader.ts";
import type { LucidError } from "../errors.ts";
import { sessionIdFromBytes32 } from "../sessions/session-id.ts";
import { AnchoringError } from "./errors.ts";
import type { AnchorTransaction } from "./find-anchor-transaction.ts";
import { inspectProof, pathErrors, treeOf } from "./inspect-proof.ts";
import { type AnchorLocation, locateAnchor } from "./locate-anchor.ts";
import { findOtherContents } from "./other-contents.ts";
import type { SessionProof } from "./proof-format.ts";
import { type CheckedTransaction, checkTransaction } from "./proof-transaction.ts";
import { type Checked, collectErrors, conclude, type Verification } from "./verification.ts";
import { verifyAnchor } from "./verify-anchor.ts";
import type { VerifyModules, VerifyOptions } from "./verify-session.ts";

export interface VerifyProofModules extends Omit<VerifyModules, "anchors"> {
  /** The contract that the proof names. */
  readonly anchors: LucidAnchorsReader;
}

export interface VerifyProofOptions extends VerifyOptions {
  /** The address of LucidAnchors that this installation knows independently of the proof, if it knows one. */
  readonly knownContract: string | undefined;
  /** What is wrong with chunk files that came with the proof. @default none came */
  readonly files?: readonly LucidError[] | undefined;
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
  { knownContract, confirmations, files, onUnavailable }: VerifyProofOptions,
): Promise<Verification> {
  const { session } = proof;
  const sessionId = sessionIdFromBytes32(session.sessionId);
  const { contract: address, chainId } = proof;
  const contract = { address, chainId, isKnown: knownContract === address };
  // Another contract may answer anything, so it is not even asked.
  const isForeign = knownContract !== undefined && !contract.isKnown;
  const chain: Checked<ChainAnswer> = isForeign
    ? { errors: [foreignContract(proof.contract, knownContract)] }
    : await collectErrors(() => askChain(proof, anchors, confirmations, onUnavailable));
  const answer = chain.value;
  const recorded = await findRecorded(sessionId);
  // Only a known contract gives dates; that there are two contents is known without one.
  const believed = contract.isKnown ? anchors : undefined;
  const inspected = await inspectProof(proof, { recorded, anchors: believed }, files);
  const chainDiffers = [...chain.errors, ...(answer?.errors ?? [])];
  const conclusion = conclude(
    [...inspected, { subject: "chain", errors: chainDiffers, place: { sessionId, contract: address } }],
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

interface ChainAnswer {
  /** The anchor that the proof is about. */
  readonly location: AnchorLocation | undefined;
  readonly transaction: AnchorTransaction | undefined;
  readonly errors: readonly LucidError[];
}

async function askChain(
  proof: SessionProof,
  anchors: LucidAnchorsReader,
  confirmations: number,
  onUnavailable: VerifyOptions["onUnavailable"],
): Promise<ChainAnswer> {
  const { session } = proof;
  const tree = treeOf(proof);
  const found = await locateAnchor(anchors, session, tree);
  const asked = tree === undefined ? found.slot : found.tree;
  const brokenPath = tree && treeErrors(proof, asked, anchors.address);
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
  proof: SessionProof,
  location: AnchorLocation | undefined,
  contract: string,
): LucidError[] {
  const broken = pathErrors(proof);
  if (broken.length > 0 || location !== undefined || proof.tree === undefined) return broken;
  return [new AnchoringError({ code: "TREE_NOT_REGISTERED", root: proof.tree.root, contract })];
}
