import type { LucidAnchorsReader } from "../contracts/lucid-anchors/reader.ts";
import type { LucidError } from "../errors.ts";
import { manifestHash, parseManifest, sessionOf } from "../sessions/manifest.ts";
import { verifyOwnership } from "../sessions/owner-signature.ts";
import { type Session, sessionCommitment } from "../sessions/session.ts";
import { sessionIdFromBytes32 } from "../sessions/session-id.ts";
import { AnchoringError } from "./errors.ts";
import { leadsToRoot } from "./locate-anchor.ts";
import { findAlteration, findEquivocation } from "./other-contents.ts";
import type { SessionProof } from "./proof-format.ts";
import type { RecordedSession } from "./recorded-session.ts";
import { type CheckedSubject, collectErrors } from "./verification.ts";

export interface InspectModules {
  /** What the owner is known to have signed under this id. */
  readonly recorded: RecordedSession | undefined;
  /** A contract that is trusted, which says since when it knows the contents; undefined where none is. */
  readonly anchors: LucidAnchorsReader | undefined;
}

/**
 * Checks what a proof says without the chain: its manifest, its owner's signature, and the files that came with it.
 *
 * @param files what is wrong with chunk files that came with the proof; undefined where none did
 */
export async function inspectProof(
  proof: SessionProof,
  { recorded, anchors }: InspectModules,
  files?: readonly LucidError[],
): Promise<CheckedSubject[]> {
  const { session } = proof;
  const place = { sessionId: sessionIdFromBytes32(session.sessionId) };
  const manifest = await collectErrors(() => manifestErrors(proof));
  const owner = await collectErrors(() => verifyOwnership(session, proof.ownerSignature));
  const isSigned = owner.errors.length === 0;
  const altered = isSigned ? [] : findAlteration(session, recorded);
  const equivocated = isSigned ? await findEquivocation(session, treeOf(proof), recorded, anchors) : [];
  const manifestDiffers = [...manifest.errors, ...(manifest.value ?? []), ...altered];
  return [
    { subject: "manifest", errors: manifestDiffers, place },
    ...(files === undefined ? [] : [{ subject: "files", errors: files, place } as const]),
    { subject: "owner", errors: [...owner.errors, ...equivocated], place },
  ];
}

/** Whether the path of a proof, where it has one, leads from the session to its root. */
export function pathErrors({ session, tree }: Pick<SessionProof, "session" | "tree">): LucidError[] {
  if (tree === undefined || leadsToRoot(session, tree)) return [];
  const { root } = tree;
  const sessionId = sessionIdFromBytes32(session.sessionId);
  const commitment = sessionCommitment(session);
  return [new AnchoringError({ code: "PROOF_PATH_INVALID", sessionId, commitment, root })];
}

/** The position of a leaf is not part of a proof of OpenZeppelin's trees. */
export const treeOf = ({ tree }: Pick<SessionProof, "tree">) => tree && { ...tree, index: 0 };

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
