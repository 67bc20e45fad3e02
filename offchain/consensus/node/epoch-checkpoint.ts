import { ZeroHash } from "ethers";
import { inGroups } from "../../in-groups.ts";
import { StoreError } from "../../store/errors.ts";
import { eachDocument } from "../../store/repositories/repository.ts";
import type { Store } from "../../store/store.ts";
import { ConsensusError } from "../errors.ts";
import { entityOutputs } from "../rules/entity-outputs.ts";
import { type EpochHead, epochTree } from "../rules/epoch-root.ts";
import { registrationsHash } from "../rules/registrations-hash.ts";
import type { EpochStandings } from "../rules/standings.ts";
import { talliesHash } from "../rules/transcript.ts";
import { type WorkTallyRow, workTally } from "../rules/work-tally.ts";
import { epochOf, type SlotRange, slotsOfEpoch } from "../slot-time.ts";
import type { Beacons } from "./closed-slots.ts";
import type { NodeRegistry } from "./node-registry.ts";
import type { ChainView } from "./open-chain-view.ts";
import { readHead } from "./read-head.ts";
import type { SlotRecords } from "./slot-record.ts";

/** An epoch as it is attested. */
export interface EpochSummary {
  readonly epoch: number;
  /** What is attested on chain. */
  readonly root: string;
  readonly head: EpochHead;
  /** Best rank first, as in work_tally. */
  readonly rows: readonly WorkTallyRow[];
}

/** What an epoch is summed up from. */
export interface EpochStore extends Pick<Store, "leaderSchedule"> {
  readonly slotTallies: Pick<SlotRecords, "range">;
}

export interface EpochModules {
  readonly store: EpochStore;
  readonly chain: Pick<ChainView, "firstSlot" | "headBlocks">;
  readonly registry: NodeRegistry;
}

/** Documents an insert. */
const BATCH = 1_000;

/** The slots of an epoch that the chain's first slot does not come after. */
export function slotsInEpoch(epoch: number, firstSlot: number): SlotRange {
  const { first, last } = slotsOfEpoch(epoch);
  return { first: Math.max(first, firstSlot), last };
}

/**
 * Computes an epoch's tally and root. All of its slots are closed, so no block is added to one of them any more.
 *
 * @param standings of the window that ends with the epoch
 * @param beacons of the epoch's last slot
 * @throws {ConsensusError} SLOT_HEAD_UNKNOWN, and what the view of the chain throws
 */
export async function summariseEpoch(
  epoch: number,
  standings: EpochStandings,
  beacons: Beacons,
  { store, chain, registry }: EpochModules,
): Promise<EpochSummary> {
  const { last: lastSlot } = slotsInEpoch(epoch, chain.firstSlot);
  const last = await readHead(lastSlot, chain.headBlocks);
  const seed = last === "before-chain" ? ZeroHash : last.hash;
  const registrations = await registry.registrationsAt(lastSlot);
  const outputs = entityOutputs(seed, beacons, registrations);
  const rows = workTally({ epoch, seed, standings, outputs });
  const head = await readEpochHead(epoch, { store, chain, registry });
  return { epoch, root: epochTree(head, rows).root, head, rows };
}

/**
 * Writes an epoch's tally, or compares it with the one that is stored.
 *
 * @throws {ConsensusError} WORK_TALLY_DIFFERS
 */
export async function storeWorkTally(
  { epoch, rows }: EpochSummary,
  { workTally: collection }: Pick<Store, "workTally">,
): Promise<void> {
  const own = new Set(rows.map(({ entityId }) => entityId));
  try {
    for (const batch of inGroups(rows, BATCH)) await collection.insertMany(batch);
  } catch (error) {
    if (!(error instanceof StoreError) || error.details.code !== "STORE_CONFLICT") throw error;
    const entityId = error.details.id.slice(error.details.id.indexOf(":") + 1);
    throw new ConsensusError({ code: "WORK_TALLY_DIFFERS", epoch, entityId }, { cause: error });
  }
  for await (const { entityId } of eachDocument((page) => collection.byEpoch(epoch, page))) {
    if (!own.has(entityId)) throw new ConsensusError({ code: "WORK_TALLY_DIFFERS", epoch, entityId });
  }
}

/**
 * What an epoch's checkpoint says beside its rows, from the record.
 *
 * @throws {ConsensusError} EPOCH_NOT_CHECKPOINTED while a slot of it is not closed
 */
export async function readEpochHead(
  epoch: number,
  {
    store,
    chain,
    registry,
  }: Pick<EpochModules, "registry" | "store"> & {
    readonly chain: Pick<ChainView, "firstSlot">;
  },
): Promise<EpochHead> {
  const { first: firstSlot, last: lastSlot } = slotsInEpoch(epoch, chain.firstSlot);
  const roots: string[] = [];
  for await (const head of eachDocument((page) => store.slotTallies.range(firstSlot, lastSlot + 1, page))) {
    roots.push(head.talliesRoot);
  }
  if (roots.length !== lastSlot - firstSlot + 1) {
    throw new ConsensusError({ code: "EPOCH_NOT_CHECKPOINTED", epoch });
  }
  return {
    epoch,
    firstSlot,
    lastSlot,
    lastBlockHash: (await lastBlockHash(store, lastSlot, chain.firstSlot)) ?? ZeroHash,
    talliesHash: talliesHash(roots),
    registrationsHash: registrationsHash(await registry.registrationsAt(lastSlot)),
  };
}

/** Of the last block written in a slot up to `lastSlot`; looks back an epoch at a time. */
async function lastBlockHash(
  { leaderSchedule }: Pick<Store, "leaderSchedule">,
  lastSlot: number,
  firstSlot: number,
): Promise<string | undefined> {
  for (let last = lastSlot; last >= firstSlot; last = slotsOfEpoch(epochOf(last)).first - 1) {
    const from = Math.max(firstSlot, slotsOfEpoch(epochOf(last)).first);
    let hash: string | undefined;
    for await (const { block } of eachDocument((page) => leaderSchedule.range(from, last + 1, page))) {
      hash = block?.hash ?? hash;
    }
    if (hash !== undefined) return hash;
  }
  return undefined;
}
