import { expect } from "chai";
import { addressOf, hashOf } from "../../../devnet/store-documents.ts";
import { explainRank } from "../../../offchain/consensus/rules/explain-rank.ts";
import type { LeaderInput } from "../../../offchain/consensus/rules/leader-input.ts";
import { type ListedEntity, standingsOf } from "../../support/standings.ts";

const SLOT = 9_000;
const SLOTS = 5_040;

const entity = (number: number, credits: number, changes: Partial<ListedEntity> = {}): ListedEntity => ({
  entityId: addressOf(number),
  credits,
  beacons: SLOTS,
  slots: SLOTS,
  admitted: true,
  ...changes,
});
const ENTITIES = [
  ...[9, 8, 7, 6, 5].map((credits, at) => entity(at + 1, credits)),
  entity(6, 50, { beacons: 1_007 }),
  entity(7, 60),
  entity(8, 0, { admitted: false, beacons: 1 }),
];
const input: LeaderInput = {
  slot: SLOT,
  seed: hashOf(1),
  standings: standingsOf(ENTITIES),
  recentWinners: [
    { slot: SLOT - 16, entityId: addressOf(7) },
    { slot: SLOT - 3, entityId: addressOf(99) },
  ],
  lastWon: new Map(),
  outputs: new Map([[addressOf(5), hashOf(2)]]),
  beacons: [],
};

describe("why not me", () => {
  it("names rank and place of those who are eligible", () => {
    expect(explainRank(input, addressOf(1))).to.include({ rank: 1, candidate: 0, eligibleCount: 5 });
    expect(explainRank(input, addressOf(4))).to.include({ rank: 4, candidate: 3 });
    expect(explainRank(input, addressOf(5))).to.deep.equal({
      entityId: addressOf(5),
      slot: SLOT,
      reason: { kind: "primary" },
      candidate: undefined,
      exclusions: [],
      rank: 5,
      eligibleCount: 5,
      inWindow: { credits: 5, beacons: SLOTS, slots: SLOTS },
      output: hashOf(2),
      cooldown: undefined,
    });
  });

  it("names what excludes an entity, all of it", () => {
    const excluded = (number: number) => {
      const { exclusions, rank, candidate } = explainRank(input, addressOf(number));
      expect([rank, candidate]).to.deep.equal([undefined, undefined]);
      return exclusions;
    };
    expect(excluded(6)).to.deep.equal(["below-d-min"]);
    expect(excluded(7)).to.deep.equal(["cooldown"]);
    expect(excluded(8)).to.deep.equal(["not-admitted", "no-credits", "below-d-min"]);
  });

  it("says until when a winner cools down", () => {
    expect(explainRank(input, addressOf(7)).cooldown).to.deep.equal({ won: SLOT - 16, until: SLOT + 1 });
    const next = explainRank({ ...input, slot: SLOT + 1 }, addressOf(7));
    expect(next).to.include({ rank: 1, cooldown: undefined });
  });

  it("answers for an entity of which nothing is known", () => {
    const stranger = explainRank(input, addressOf(50));
    expect(stranger.exclusions).to.deep.equal(["not-admitted", "no-credits", "below-d-min"]);
    expect(stranger.inWindow).to.equal(undefined);
    const winner = explainRank(input, addressOf(99));
    expect(winner.exclusions).to.deep.equal(["not-admitted", "no-credits", "below-d-min", "cooldown"]);
  });

  it("has no rank where there is no seed, or an emergency decides", () => {
    const missed = explainRank({ ...input, seed: undefined }, addressOf(1));
    expect(missed).to.include({ rank: undefined, candidate: undefined, eligibleCount: 5 });
    expect(missed.reason).to.deep.equal({ kind: "missed", why: "seed-unknown" });
    const standings = standingsOf([entity(7, 60), entity(6, 50, { beacons: 0 })]);
    const winner = explainRank({ ...input, standings }, addressOf(7));
    expect(winner).to.deep.include({
      reason: { kind: "emergency", step: 1 },
      candidate: 0,
      rank: undefined,
      exclusions: ["cooldown"],
    });
  });
});
