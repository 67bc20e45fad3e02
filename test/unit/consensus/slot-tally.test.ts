import { expect } from "chai";
import { addressOf, hashOf, newTally } from "../../../devnet/store-documents.ts";
import type { CountedProof } from "../../../offchain/consensus/rules/counted-proof.ts";
import { relayedBytes } from "../../../offchain/consensus/rules/relayed-bytes.ts";
import { slotCredits } from "../../../offchain/consensus/rules/slot-credits.ts";
import { tallySlot } from "../../../offchain/consensus/rules/tally-slot.ts";
import { ruleFailure } from "../../support/rule-failure.ts";

const MB = 2 ** 20;
const SIZE = 100;

/** Of a node that belongs to no pool, unless it says otherwise. */
const relay = (node: number, session: number, bytes: number, entity = node) => ({
  type: "relay_bandwidth" as const,
  nodeId: addressOf(node),
  entityId: addressOf(entity),
  commitment: hashOf(session),
  bytes,
  sizeBytes: SIZE,
});
const storage = (node: number, challenge: number, entity = node): CountedProof => ({
  type: "storage_availability",
  nodeId: addressOf(node),
  entityId: addressOf(entity),
  challenge,
});
const once = (type: "validation_signature" | "uptime_beacon", node: number, entity = node): CountedProof => ({
  type,
  nodeId: addressOf(node),
  entityId: addressOf(entity),
});
const nothingBefore = () => 0;
const counts = { sessions: 0, bytes: 0, storageProofs: 0, validationSignatures: 0, beacons: 0 };

describe("the tally of a slot", () => {
  it("counts what was relayed up to the session's size", () => {
    const tallies = tallySlot([relay(1, 1, 70), relay(1, 1, 60)], nothingBefore);
    expect(tallies).to.deep.equal([newTally(1, { ...counts, sessions: 1, bytes: SIZE })]);
  });

  it("adds to what counted in earlier slots, and completes a session once", () => {
    const at = (before: number) => tallySlot([relay(1, 1, 30)], () => before);
    expect(at(60)).to.deep.equal([newTally(1, { ...counts, bytes: 30 })]);
    expect(at(70)).to.deep.equal([newTally(1, { ...counts, sessions: 1, bytes: 30 })]);
    expect(at(90)).to.deep.equal([newTally(1, { ...counts, sessions: 1, bytes: 10 })]);
    expect(at(SIZE)).to.deep.equal([]);
  });

  it("takes the receipts of a pool's members together", () => {
    const tallies = tallySlot([relay(1, 1, 50, 9), relay(2, 1, 50, 9), relay(3, 1, 50)], nothingBefore);
    expect(tallies).to.deep.equal([
      newTally(3, { ...counts, bytes: 50 }),
      newTally(9, { ...counts, sessions: 1, bytes: SIZE }),
    ]);
  });

  it("takes the same receipt twice for one, and two amounts for two", () => {
    const tallies = tallySlot([relay(1, 1, 30), relay(1, 1, 30), relay(1, 1, 31)], nothingBefore);
    expect(tallies).to.deep.equal([newTally(1, { ...counts, bytes: 61 })]);
  });

  it("says which session completes for whom", () => {
    const relays = [relay(1, 1, SIZE), relay(1, 2, 5), relay(2, 1, 7), relay(2, 3, 0)];
    expect(relayedBytes(relays, nothingBefore)).to.deep.equal([
      { commitment: hashOf(1), entityId: addressOf(1), bytes: SIZE, isComplete: true },
      { commitment: hashOf(2), entityId: addressOf(1), bytes: 5, isComplete: false },
      { commitment: hashOf(1), entityId: addressOf(2), bytes: 7, isComplete: false },
    ]);
  });

  it("counts each challenge of a node once, and a signature and a beacon for each node", () => {
    const proofs = [
      ...[0, 1, 1, 3].map((challenge) => storage(1, challenge, 9)),
      storage(2, 1, 9),
      ...[1, 1, 2].map((node) => once("validation_signature", node, 9)),
      ...[1, 2, 2].map((node) => once("uptime_beacon", node, 9)),
    ];
    expect(tallySlot(proofs, nothingBefore)).to.deep.equal([
      newTally(9, { ...counts, storageProofs: 4, validationSignatures: 2, beacons: 2 }),
    ]);
  });

  it("refuses proofs that cannot all be verified ones", () => {
    const contradictions = [
      [relay(1, 1, 5), { ...relay(2, 1, 5), sizeBytes: SIZE + 1 }],
      [storage(1, 0), storage(1, 1, 9)],
      [storage(1, 4)],
      [storage(1, -1)],
      [storage(1, 0.5)],
    ];
    for (const proofs of contradictions) {
      expect(ruleFailure(() => tallySlot(proofs, nothingBefore)).code).to.equal("PROOFS_CONTRADICTORY");
    }
  });

  it("cuts an entity's bytes at 2^53 - 1, in whatever order they come, and leaves the others theirs", () => {
    const large = (session: number, bytes: number) => ({ ...relay(1, session, bytes), sizeBytes: bytes });
    const proofs = [large(1, 2 ** 52), large(2, 2 ** 52), large(3, 3), relay(2, 4, 5)];
    const expected = [
      newTally(1, { ...counts, sessions: 3, bytes: Number.MAX_SAFE_INTEGER }),
      newTally(2, { ...counts, bytes: 5 }),
    ];
    expect(tallySlot(proofs, nothingBefore)).to.deep.equal(expected);
    expect(tallySlot(proofs.toReversed(), nothingBefore)).to.deep.equal(expected);
  });
});

describe("the credits of a slot", () => {
  const creditsOf = (tally: Partial<typeof counts>) => slotCredits(newTally(1, { ...counts, ...tally }));

  it("are one for each 5 MB begun", () => {
    expect([0, 1, 5 * MB, 5 * MB + 1, 10 * MB].map((bytes) => creditsOf({ bytes }))).to.deep.equal([
      0, 1, 1, 2, 2,
    ]);
  });

  it("are the sessions where those are more", () => {
    expect(creditsOf({ sessions: 3, bytes: 10 * MB })).to.equal(3);
    expect(creditsOf({ sessions: 1, bytes: 10 * MB })).to.equal(2);
  });

  it("add storage and validation, and nothing for beacons", () => {
    expect(creditsOf({ sessions: 2, storageProofs: 4, validationSignatures: 1, beacons: 1 })).to.equal(7);
  });

  it("are exact for the largest numbers", () => {
    const units = Math.floor(Number.MAX_SAFE_INTEGER / (5 * MB));
    expect(creditsOf({ bytes: units * 5 * MB })).to.equal(units);
    expect(creditsOf({ bytes: units * 5 * MB + 1 })).to.equal(units + 1);
    expect(creditsOf({ bytes: Number.MAX_SAFE_INTEGER })).to.equal(units + 1);
    const failure = ruleFailure(() => creditsOf({ sessions: Number.MAX_SAFE_INTEGER, storageProofs: 1 }));
    expect(failure.code).to.equal("CREDITS_NOT_EXACT");
  });
});
