import { eachDocument } from "../../store/repositories/repository.ts";
import type { Store } from "../../store/store.ts";
import { ConsensusError } from "../errors.ts";
import { type EpochTree, epochTree } from "../rules/epoch-root.ts";
import type { WorkTallyRow } from "../rules/work-tally.ts";
import { type EpochModules, readEpochHead } from "./epoch-checkpoint.ts";
import type { ChainView } from "./open-chain-view.ts";

/** An epoch as the store records it, and what was attested for it on chain. */
export interface RecordedEpoch {
  readonly epoch: number;
  /** Of the record, computed here. */
  readonly root: string;
  readonly tree: EpochTree;
  /** Best rank first. */
  readonly rows: readonly WorkTallyRow[];
  /** The root that each attester attested, in confirmed blocks. */
  readonly attestedRoots: readonly string[];
}

export interface RecordedEpochModules extends Pick<EpochModules, "registry"> {
  readonly store: Pick<Store, "slotTallies" | "leaderSchedule" | "workTally">;
  readonly chain: Pick<ChainView, "firstSlot" | "confirmed" | "attestations">;
}

/**
 * The root that an epoch's stored tally comes to, for whoever relies on the tally: where it equals the root that nodes
 * attested, the rows are what those nodes computed. Proofs are not verified again.
 *
 * @throws {ConsensusError} EPOCH_NOT_CHECKPOINTED while a slot of it is not closed, or rows are out of order; and what the
 * view of the chain throws
 */
export async function readRecordedEpoch(
  epoch: number,
  { store, chain, registry }: RecordedEpochModules,
): Promise<RecordedEpoch> {
  const head = await readEpochHead(epoch, { store, chain, registry });
  const rows: WorkTallyRow[] = [];
  for await (const { _id, ...row } of eachDocument((page) => store.workTally.byEpoch(epoch, page))) {
    rows.push(row);
  }
  // A row's leaf is at its rank.
  if (rows.some(({ rank }, place) => rank !== place + 1)) {
    throw new ConsensusError({ code: "EPOCH_NOT_CHECKPOINTED", epoch });
  }
  const newest = await chain.confirmed.newest();
  const attested = newest === undefined ? [] : await chain.attestations.ofEpoch(epoch, newest);
  const tree = epochTree(head, rows);
  return { epoch, root: tree.root, tree, rows, attestedRoots: attested.map(({ root }) => root) };
}
