import type { WorkTallyDocument } from "../store/documents.ts";
import type { Earned } from "./distribution.ts";
import { PayoutError } from "./errors.ts";
import type { StatementEpoch } from "./statement.ts";

/** An epoch as the store records it, and what was attested for it on chain. */
export interface PlannedEpoch {
  readonly epoch: number;
  /** Of the record, computed by whoever plans. */
  readonly root: string;
  /** The root that each attester attested. */
  readonly attestedRoots: readonly string[];
  readonly rows: readonly Pick<WorkTallyDocument, "entityId" | "credits">[];
}

/** The epochs of a month and what they brought. */
export interface MonthCredits {
  readonly epochs: readonly StatementEpoch[];
  /** In the order of entityId, those with credits only. */
  readonly earned: readonly Earned[];
}

/**
 * Adds up the credits of epochs whose roots were attested. One epoch is in memory at a time.
 *
 * @param range both included
 * @param quorum LUCID_CHECKPOINT_QUORUM
 * @throws {PayoutError} EPOCH_UNATTESTED, EPOCH_OUTVOTED
 */
export async function creditsOfMonth(
  range: { readonly first: number; readonly last: number },
  quorum: number,
  readEpoch: (epoch: number) => Promise<PlannedEpoch>,
): Promise<MonthCredits> {
  const credits = new Map<string, bigint>();
  const epochs: StatementEpoch[] = [];
  for (let epoch = range.first; epoch <= range.last; epoch += 1) {
    const read = await readEpoch(epoch);
    requireAttested(read, quorum);
    epochs.push({ epoch, root: read.root });
    for (const { entityId, credits: earned } of read.rows) {
      if (earned > 0) credits.set(entityId, (credits.get(entityId) ?? 0n) + BigInt(earned));
    }
  }
  const earned = [...credits]
    .map(([entityId, sum]) => ({ entityId, credits: sum }))
    .sort((a, b) => (a.entityId < b.entityId ? -1 : 1));
  return { epochs, earned };
}

/**
 * Whether an epoch's root is the one that counts: enough attested it, and no other root has more attestations.
 *
 * @throws {PayoutError} EPOCH_UNATTESTED, EPOCH_OUTVOTED
 */
export function requireAttested(
  { epoch, root, attestedRoots }: Omit<PlannedEpoch, "rows">,
  quorum: number,
): void {
  const counts = new Map<string, number>();
  for (const attested of attestedRoots) counts.set(attested, (counts.get(attested) ?? 0) + 1);
  const attestations = counts.get(root) ?? 0;
  const [other] = [...counts]
    .filter(([attested, count]) => attested !== root && count > attestations)
    .sort(([a, aCount], [b, bCount]) => bCount - aCount || (a < b ? -1 : 1));
  if (other !== undefined) {
    const [otherRoot, otherAttestations] = other;
    const details = { epoch, root, attestations, otherRoot, otherAttestations };
    throw new PayoutError({ code: "EPOCH_OUTVOTED", ...details });
  }
  if (attestations < quorum) {
    throw new PayoutError({ code: "EPOCH_UNATTESTED", epoch, root, attestations, quorum });
  }
}
