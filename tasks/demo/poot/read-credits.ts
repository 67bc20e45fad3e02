import type { InProcessChain } from "../../../devnet/in-process-chain.ts";
import { slotCredits } from "../../../offchain/consensus/rules/slot-credits.ts";
import { eachDocument } from "../../../offchain/store/repositories/repository.ts";
import type { Cast } from "./cast.ts";

/** What an entity earned in the epoch, and for what. */
export interface CreditRow {
  readonly rank: number;
  readonly entity: string;
  readonly account: string;
  readonly relay: number;
  readonly storage: number;
  readonly validations: number;
  readonly credits: number;
  readonly beacons: number;
}

/** Of the closed slots from one to another, added up. */
type Work = Pick<CreditRow, "relay" | "storage" | "validations" | "credits" | "beacons">;
const NONE: Work = { relay: 0, storage: 0, validations: 0, credits: 0, beacons: 0 };

/** What the closed slots hold of each entity, by account. */
export async function readWork(
  { store: { slotTallies } }: InProcessChain,
  first: number,
  last: number,
): Promise<ReadonlyMap<string, Work>> {
  const work = new Map<string, Work>();
  for (let slot = first; slot <= last; slot += 1) {
    for await (const tally of slotTallies.tallies(slot)) {
      const { entityId, storageProofs, validationSignatures, beacons } = tally;
      const before = work.get(entityId) ?? NONE;
      const credits = slotCredits(tally);
      work.set(entityId, {
        relay: before.relay + credits - storageProofs - validationSignatures,
        storage: before.storage + storageProofs,
        validations: before.validations + validationSignatures,
        credits: before.credits + credits,
        beacons: before.beacons + beacons,
      });
    }
  }
  return work;
}

/** The epoch's tally, best rank first, with the work that it is for. */
export async function readCredits(
  { store: { workTally } }: InProcessChain,
  epoch: number,
  work: ReadonlyMap<string, Work>,
  cast: Cast,
): Promise<CreditRow[]> {
  const rows: CreditRow[] = [];
  for await (const { entityId, rank, credits } of eachDocument((page) => workTally.byEpoch(epoch, page))) {
    const done = work.get(entityId) ?? NONE;
    rows.push({ rank, entity: cast.nameOf(entityId), account: entityId, ...done, credits });
  }
  return rows;
}
