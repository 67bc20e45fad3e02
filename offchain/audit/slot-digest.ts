import { keccak256Hex } from "../keccak.ts";
import type { LeaderScheduleDocument, SlotTallyHead } from "../store/documents.ts";
import type { Store } from "../store/store.ts";

/** The digest before any slot is audited. @param first the first slot */
export const firstDigest = (first: number): string => keccak256Hex(Buffer.from(`slots from ${first}`));

/** The digest with one more slot: of what its record, its decision and its block are. */
export function nextDigest(
  digest: string,
  slot: number,
  stored: LeaderScheduleDocument | undefined,
  head: SlotTallyHead | undefined,
): string {
  const { transcriptHash, result, block } = stored ?? {};
  const parts = [head?.talliesRoot, head?.proofsRoot, transcriptHash, result?.winner, block?.hash];
  return keccak256Hex(Buffer.from([digest, slot, ...parts.map((part) => part ?? "-")].join(" ")));
}

/** The digest of slots as the store has them, without auditing any: whether an interrupted audit may go on. */
export async function digestOfSlots(
  {
    first,
    below,
    closedUntil,
  }: { readonly first: number; readonly below: number; readonly closedUntil: number },
  { leaderSchedule, slotTallies }: Pick<Store, "leaderSchedule" | "slotTallies">,
): Promise<string> {
  let digest = firstDigest(first);
  for (let slot = first; slot < below; slot += 1) {
    const head = slot <= closedUntil ? await slotTallies.get(slot) : undefined;
    digest = nextDigest(digest, slot, await leaderSchedule.get(slot), head);
  }
  return digest;
}
