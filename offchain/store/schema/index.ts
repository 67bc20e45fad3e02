import { anchorTransactions } from "./anchor-transactions.ts";
import { attestations } from "./attestations.ts";
import { chunks } from "./chunks.ts";
import type { CollectionSchema } from "./collection.ts";
import { deploymentParameters } from "./deployment-parameters.ts";
import { leaderSchedule } from "./leader-schedule.ts";
import { nodes } from "./nodes.ts";
import { payouts } from "./payouts.ts";
import { recordedChunks } from "./recorded-chunks.ts";
import { sessions } from "./sessions.ts";
import { slotTallies, slotTallyParts } from "./slot-tallies.ts";
import { taskProofs } from "./task-proofs.ts";
import { workTally } from "./work-tally.ts";

export type { CollectionSchema, Index, Stamps } from "./collection.ts";
export {
  sessions,
  chunks,
  taskProofs,
  slotTallyParts,
  slotTallies,
  workTally,
  leaderSchedule,
  payouts,
  anchorTransactions,
  nodes,
  recordedChunks,
  attestations,
  deploymentParameters,
};

/** Every collection, in the order in which exports write them. */
export const COLLECTIONS: readonly CollectionSchema[] = [
  sessions,
  chunks,
  taskProofs,
  slotTallyParts,
  slotTallies,
  workTally,
  leaderSchedule,
  payouts,
  anchorTransactions,
  nodes,
  recordedChunks,
  attestations,
  deploymentParameters,
];
