import { addressOf, beaconProof, hashOf, uuidOf } from "../../devnet/store-documents.ts";
import type { Store } from "../../offchain/store/store.ts";

/** An operation that the system does all the time, and what makes it quick. */
export interface HotPath {
  readonly run: (store: Store) => Promise<unknown>;
  readonly index: string;
  /** Where the documents may be anywhere, all shards are asked. */
  readonly isScattered?: true;
}

const account = { chainId: 31_337, from: addressOf(7) };
/** Each of them asks by an index, whatever the engine. */
export const HOT_PATHS: Readonly<Record<string, HotPath>> = {
  "a chunk": { run: (store) => store.chunks.get(uuidOf(1), 1), index: "session_idx" },
  "a chunk's move": {
    run: (store) => store.chunks.move(uuidOf(1), 1, "none", "stored"),
    index: "session_idx",
  },
  "a session's chunks": { run: (store) => store.chunks.bySession(uuidOf(1)), index: "session_idx" },
  "a session's next chunks": {
    run: (store) => store.chunks.bySession(uuidOf(1), {}, { after: [3] }),
    index: "session_idx",
  },
  "inserting proofs": {
    run: (store) => store.taskProofs.insertMany([beaconProof({ id: 77, node: 1, slot: 5 })]),
    index: "slot_node",
  },
  "a slot's proofs": { run: (store) => store.taskProofs.bySlot(5), index: "slot_node" },
  "a slot's next proofs": {
    run: (store) => store.taskProofs.bySlot(5, { after: [addressOf(1), hashOf(1)] }),
    index: "slot_node",
  },
  "a slot's tally": {
    run: (store) => store.taskProofs.tally({ slot: 5, stampedUntil: 1, storageProofsPerNode: 4 }),
    index: "slot_node",
  },
  "a payout": { run: (store) => store.payouts.get(hashOf(1)), index: "_id_" },
  "a payout's move": { run: (store) => store.payouts.move(hashOf(1), "pending", "held"), index: "_id_" },
  "payouts to do": {
    run: (store) => store.payouts.byStatus("pending"),
    index: "status_oldest",
    isScattered: true,
  },
  "sessions to publish": { run: (store) => store.sessions.byStatus("pending"), index: "status_oldest" },
  "sessions in pages": {
    run: (store) => store.sessions.all({ after: [1, uuidOf(1)] }),
    index: "oldest",
  },
  "counting the sessions to come": {
    run: (store) => store.sessions.countAfter({ created_at: 1, _id: uuidOf(1) }, "sealed"),
    index: "status_oldest",
  },
  "taking a slot": {
    run: (store) =>
      store.leaderSchedule.take(1, {
        winner: addressOf(1),
        reason: "primary",
        window: { from: 0, until: 1 },
      }),
    index: "_id_",
  },
  "a part of a slot's tallies": { run: (store) => store.slotTallyParts.get(hashOf(1)), index: "_id_" },
  "tallies of a range": { run: (store) => store.slotTallies.range(1, 100), index: "_id_" },
  "unfinished transactions": {
    run: (store) => store.anchorTransactions.unfinished(account),
    index: "chain_from_status_nonce",
  },
  "the highest nonce": {
    run: (store) => store.anchorTransactions.highestNonce(account),
    index: "chain_from_nonce",
  },
  "a session's transactions": {
    run: (store) => store.anchorTransactions.byReference(uuidOf(1)),
    index: "refs",
  },
  "a node's latest record": { run: (store) => store.nodes.latest(addressOf(1)), index: "address_sequence" },
  "the chunk at a position": { run: (store) => store.recordedChunks.get(1), index: "_id_" },
  "a session's recorded chunks": {
    run: (store) => store.recordedChunks.bySession(hashOf(1), 7),
    index: "commitment_idx",
  },
  "an epoch's attestations": { run: (store) => store.attestations.byEpoch(1), index: "epoch_attester" },
  "the oldest and the newest attestation": { run: (store) => store.attestations.ends(), index: "block" },
  "an epoch's ranks": { run: (store) => store.workTally.byEpoch(1), index: "epoch_rank" },
};
