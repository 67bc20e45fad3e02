import { expect } from "chai";
import { id } from "ethers";
import { addressOf, newTally } from "../../../devnet/store-documents.ts";
import { CreditWindow } from "../../../offchain/consensus/credit-window.ts";
import { EntityNumbers } from "../../../offchain/consensus/entity-numbers.ts";
import { WINDOW_SLOTS } from "../../../offchain/consensus/parameters.ts";
import type { SlotTally } from "../../../offchain/store/documents.ts";
import { chance } from "../../support/random.ts";
import { ruleFailure } from "../../support/rule-failure.ts";

const FIRST = 5_000;
const [A, POOL] = [addressOf(1), addressOf(9)];
const work = (entity: number, sessions: number, beacons = 1): SlotTally =>
  newTally(entity, { sessions, bytes: 0, storageProofs: 0, validationSignatures: 0, beacons });

/** A full window, in whose first slot something happened. */
function fullWindow(tallies: readonly SlotTally[]): CreditWindow {
  const window = new CreditWindow(FIRST);
  for (let at = 0; at < WINDOW_SLOTS; at += 1) {
    window.advance({ slot: FIRST + at, tallies: at === 0 ? tallies : [] });
  }
  return window;
}
const NEXT = FIRST + WINDOW_SLOTS;

describe("the credit window", () => {
  it("has fewer slots while the chain is young", () => {
    const window = new CreditWindow(FIRST);
    window.advance({ slot: FIRST, tallies: [work(1, 3)] });
    window.advance({ slot: FIRST + 1, tallies: [work(1, 2)] });
    const number = window.numberOf(A) as number;
    expect([window.creditsOf(number), window.beaconsOf(number), window.slotsOf(number)]).to.deep.equal([
      5, 2, 2,
    ]);
    expect(window.slots).to.deep.equal({ first: FIRST, last: FIRST + 1 });
  });

  it("takes slots once and in order only, and changes nothing otherwise", () => {
    const window = new CreditWindow(FIRST);
    const expected = { code: "WINDOW_SLOT_MISPLACED", which: "entering", expected: FIRST };
    for (const slot of [FIRST - 1, FIRST + 1]) {
      const failure = ruleFailure(() => window.advance({ slot, tallies: [] }));
      expect(failure).to.deep.equal({ ...expected, given: slot });
    }
    const early = { slot: FIRST, tallies: [] };
    expect(ruleFailure(() => window.advance(early, early))).to.deep.equal({
      code: "WINDOW_SLOT_MISPLACED",
      which: "leaving",
      expected: undefined,
      given: FIRST,
    });
    window.advance(early);
    expect(window.slots.last).to.equal(FIRST);
  });

  it("wants the slot that leaves once it is full", () => {
    const window = fullWindow([work(1, 3)]);
    const misplaced = { code: "WINDOW_SLOT_MISPLACED", which: "leaving", expected: FIRST };
    const entering = { slot: NEXT, tallies: [] };
    const missing = ruleFailure(() => window.advance(entering));
    expect(missing).to.deep.equal({ ...misplaced, given: undefined });
    const wrong = ruleFailure(() => window.advance(entering, { slot: FIRST + 1, tallies: [] }));
    expect(wrong).to.deep.equal({ ...misplaced, given: FIRST + 1 });
    window.advance(entering, { slot: FIRST, tallies: [work(1, 3)] });
    expect(window.numberOf(A)).to.equal(undefined);
    expect(window.entityCount).to.equal(0);
  });

  it("refuses a leaving tally that never entered, and is of no use after that", () => {
    for (const wrong of [work(1, 4), work(1, 3, 2), work(2, 0)]) {
      const window = fullWindow([work(1, 3)]);
      const advance = () => window.advance({ slot: NEXT, tallies: [] }, { slot: FIRST, tallies: [wrong] });
      const expected = { code: "WINDOW_TALLY_UNKNOWN", slot: FIRST, entityId: wrong.entityId };
      expect(ruleFailure(advance)).to.deep.equal(expected);
      const further = () => window.advance({ slot: NEXT + 1, tallies: [] });
      expect(ruleFailure(further)).to.deep.equal(expected);
    }
  });

  it("is of no use after its tallies could not be read either", () => {
    const window = new CreditWindow(FIRST);
    const broken = function* () {
      yield work(1, 3);
      throw new Error("the store is gone");
    };
    expect(() => window.advance({ slot: FIRST, tallies: broken() })).to.throw("the store is gone");
    expect(() => window.advance({ slot: FIRST + 1, tallies: [] })).to.throw("the store is gone");
  });

  it("refuses sums that are not exact", () => {
    const window = new CreditWindow(FIRST);
    window.advance({ slot: FIRST, tallies: [work(1, Number.MAX_SAFE_INTEGER)] });
    const failure = ruleFailure(() => window.advance({ slot: FIRST + 1, tallies: [work(1, 1)] }));
    expect(failure).to.deep.equal({ code: "CREDITS_NOT_EXACT", entityId: A, quantity: "credits" });
  });

  it("keeps who is admitted, until neither that nor work is left", () => {
    const window = new CreditWindow(FIRST);
    window.setAdmitted(A, true);
    window.setAdmitted(A, true);
    expect([window.admittedCount, window.entityCount]).to.deep.equal([1, 1]);
    expect(window.isAdmitted(window.numberOf(A) as number)).to.equal(true);
    window.setAdmitted(A, false);
    window.setAdmitted(A, false);
    expect([window.admittedCount, window.entityCount]).to.deep.equal([0, 0]);
  });

  it("expects of a pool a beacon of every member, and one while it has none", () => {
    const window = new CreditWindow(FIRST);
    const members = (count: number) =>
      new Map([[POOL, Array.from({ length: count }, (_, at) => addressOf(at))]]);
    const counts = [0, 3, undefined, 2, undefined, 0];
    const slots = counts.map((count, at) => {
      const own = count === undefined ? {} : { members: count === 0 ? new Map() : members(count) };
      window.advance({ slot: FIRST + at, tallies: [work(9, 0)], ...own });
      return window.slotsOf(window.numberOf(POOL) as number);
    });
    expect(slots).to.deep.equal([1, 4, 7, 9, 11, 12]);
  });

  it("counts the credits of the last slot's epoch by themselves", () => {
    const first = 720 * 8 - 2;
    const window = new CreditWindow(first);
    const epochCredits = [1, 2, 4, 8].map((sessions, at) => {
      window.advance({ slot: first + at, tallies: [work(1, sessions)] });
      return window.epochCreditsOf(window.numberOf(A) as number);
    });
    expect(epochCredits).to.deep.equal([1, 3, 4, 12]);
  });
});

describe("the numbers of entities", () => {
  it("are a Map's, through coming, going and growing", () => {
    const random = chance();
    const numbers = new EntityNumbers();
    const known = new Map<string, number>();
    // Ids that crowd together, as addresses with many zeros do, and ids that do not.
    const ids = Array.from({ length: 6_000 }, (_, at) => (at % 2 ? addressOf(at) : id(`${at}`).slice(0, 42)));
    for (let step = 0; step < 60_000; step += 1) {
      const entityId = ids[random.below(ids.length)] as string;
      const number = known.get(entityId);
      expect(numbers.find(entityId), `LUCID_FAULT_SEED=${random.seed}`).to.equal(number);
      const isGrowing = Math.floor(step / 10_000) % 2 === 0;
      if (number !== undefined && random.below(isGrowing ? 4 : 1) === 0) {
        numbers.remove(number);
        known.delete(entityId);
      } else if (number === undefined && random.below(isGrowing ? 1 : 8) === 0) {
        known.set(entityId, numbers.findOrAdd(entityId));
      }
    }
    expect(numbers.size).to.equal(known.size);
    expect(new Set(known.values()).size).to.equal(known.size);
    for (const [entityId, number] of known) expect(numbers.idOf(number)).to.equal(entityId);
  });

  it("are given to ids alone", () => {
    const digits = "a".repeat(40);
    const wrong = [
      "",
      "0x",
      digits,
      `0x${digits}a`,
      `0x${digits.slice(1)}`,
      `0X${digits}`,
      `0x${digits.toUpperCase()}`,
    ];
    for (const entityId of [...wrong, `0x${digits.slice(1)}é`, `0x${digits.slice(1)}g`]) {
      expect(ruleFailure(() => new EntityNumbers().findOrAdd(entityId))).to.deep.equal({
        code: "ENTITY_ID_INVALID",
        entityId,
      });
    }
  });
});
