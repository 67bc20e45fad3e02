import initial from "../0001-initial/snapshot.json" with { type: "json" };
import { changesEmptyCollection } from "../changes-empty-collection.ts";
import type { CollectionSnapshot } from "../snapshot.ts";
import snapshot from "./snapshot.json" with { type: "json" };

const leaderSchedule = (snapshots: readonly CollectionSnapshot[]) =>
  snapshots.find(({ name }) => name === "leader_schedule") as CollectionSnapshot;

/** A slot's block carries the signature of the node that led. */
export const blockSignature = changesEmptyCollection(
  "0005-block-signature",
  leaderSchedule(initial),
  leaderSchedule(snapshot),
);
