import type { AttestationDocument } from "../../store/documents.ts";

/** A root that more nodes attested than the one that was computed here. */
export interface OtherRoot {
  readonly root: string;
  readonly count: number;
  readonly ownCount: number;
}

/**
 * The root that the most nodes attested, where that is another one than the own. One attester alone does not keep the
 * others from leading: as for payouts, another root counts only where it has more attestations.
 *
 * @param attestations of one epoch
 */
export function otherRoot(
  own: string,
  attestations: Iterable<Pick<AttestationDocument, "root">>,
): OtherRoot | undefined {
  const counts = new Map<string, number>();
  for (const { root } of attestations) counts.set(root, (counts.get(root) ?? 0) + 1);
  const ownCount = counts.get(own) ?? 0;
  const [most] = [...counts].sort(([a, aCount], [b, bCount]) => bCount - aCount || (a < b ? -1 : 1));
  if (most === undefined || most[0] === own || most[1] <= ownCount) return undefined;
  return { root: most[0], count: most[1], ownCount };
}
