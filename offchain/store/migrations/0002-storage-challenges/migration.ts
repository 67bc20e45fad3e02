import initial from "../0001-initial/snapshot.json" with { type: "json" };
import { changesEmptyCollection } from "../changes-empty-collection.ts";
import type { CollectionSnapshot } from "../snapshot.ts";
import snapshot from "./snapshot.json" with { type: "json" };

const taskProofs = (snapshots: readonly CollectionSnapshot[]) =>
  snapshots.find(({ name }) => name === "task_proofs") as CollectionSnapshot;

/** A storage proof answers a challenge, by its number, and names the session's commitment in place of its id. */
export const storageChallenges = changesEmptyCollection(
  "0002-storage-challenges",
  taskProofs(initial),
  taskProofs(snapshot),
);
