import { expect } from "chai";
import { AbiCoder, id, keccak256 } from "ethers";
import fc from "fast-check";
import { addressOf, hashOf } from "../../devnet/store-documents.ts";
import { CreditWindow } from "../../offchain/consensus/credit-window.ts";
import { COOLDOWN_SLOTS, WINDOW_SLOTS } from "../../offchain/consensus/parameters.ts";
import { decideLeader, type LeaderDecision } from "../../offchain/consensus/rules/decide-leader.ts";
import { explainRank } from "../../offchain/consensus/rules/explain-rank.ts";
import type { LeaderInput, SlotWinner } from "../../offchain/consensus/rules/leader-input.ts";
import type { Standings } from "../../offchain/consensus/rules/standings.ts";
import { decisionDocument } from "../../offchain/consensus/rules/transcript.ts";
import type { SlotTally } from "../../offchain/store/documents.ts";
import { chance } from "../support/random.ts";
import { type ListedEntity, standingsOf } from "../support/standings.ts";

const runs = Number(process.env.LUCID_PROPERTY_RUNS ?? 25);
const SLOT = 50_000;
const SLOTS = 100;

interface Entrant extends ListedEntity {
  readonly output: string | undefined;
  readonly beacon: boolean;
  readonly lastWon: number | undefined;
}

/** Few different values, so that equals are frequent. */
const entrantArbitrary = fc.record({
  credits: fc.nat({ max: 3 }),
  beacons: fc.oneof(fc.constantFrom(19, 20, 21), fc.nat({ max: SLOTS })),
  slots: fc.constant(SLOTS),
  admitted: fc.boolean(),
  output: fc.option(fc.nat({ max: 3 }).map(hashOf), { nil: undefined }),
  beacon: fc.boolean(),
  lastWon: fc.option(fc.integer({ min: SLOT - 60, max: SLOT - 17 }), { nil: undefined }),
});
const contestArbitrary = fc.record({
  entrants: fc
    .array(entrantArbitrary, { maxLength: 30 })
    .map((list): Entrant[] => list.map((one, at) => ({ ...one, entityId: addressOf(at + 1) }))),
  winners: fc
    .array(fc.tuple(fc.integer({ min: 1, max: 18 }), fc.integer({ min: 1, max: 30 })), { maxLength: 18 })
    .map((list): SlotWinner[] =>
      [...new Map(list)].map(([back, winner]) => ({ slot: SLOT - back, entityId: addressOf(winner) })),
    ),
  seed: fc.nat({ max: 1_000 }).map(hashOf),
});

function inputOf(entrants: readonly Entrant[], winners: readonly SlotWinner[], seed: string): LeaderInput {
  return {
    slot: SLOT,
    seed,
    standings: standingsOf(entrants),
    recentWinners: winners,
    lastWon: new Map(
      entrants.flatMap(({ entityId, lastWon }) => (lastWon === undefined ? [] : [[entityId, lastWon]])),
    ),
    outputs: new Map(
      entrants.flatMap(({ entityId, output }) => (output === undefined ? [] : [[entityId, output]])),
    ),
    beacons: entrants.filter(({ beacon }) => beacon).map(({ entityId }) => entityId),
  };
}

const isEmergency = ({ reason }: LeaderDecision, ...steps: number[]) =>
  reason.kind === "emergency" && steps.includes(reason.step);

describe("the leader of a slot, for all inputs", function () {
  this.timeout(120_000);

  it("is the same whatever order the inputs come in", () => {
    const keys = fc.array(fc.nat(), { minLength: 48, maxLength: 48 });
    fc.assert(
      fc.property(contestArbitrary, keys, ({ entrants, winners, seed }, order) => {
        const shuffled = <Item>(items: readonly Item[]) =>
          items
            .map((item, at) => ({ item, key: order[at] ?? 0 }))
            .sort((a, b) => a.key - b.key)
            .map(({ item }) => item);
        const decision = decideLeader(inputOf(entrants, winners, seed));
        const again = decideLeader(inputOf(shuffled(entrants), shuffled(winners), seed));
        expect(again).to.deep.equal(decision);
      }),
      { numRuns: 20 * runs },
    );
  });

  it("is nobody below D_MIN and nobody who cools down, except in an emergency", () => {
    fc.assert(
      fc.property(contestArbitrary, ({ entrants, winners, seed }) => {
        const decision = decideLeader(inputOf(entrants, winners, seed));
        const recent = winners.filter((winner) => winner.slot >= SLOT - COOLDOWN_SLOTS);
        for (const { entityId, beacons, slots, credits } of decision.candidates) {
          const isCooling = recent.some((winner) => winner.entityId === entityId);
          if (beacons < slots / 5) expect(isEmergency(decision, 2, 3)).to.equal(true);
          if (isCooling) expect(isEmergency(decision, 1, 2, 3)).to.equal(true);
          if (credits === 0) expect(isEmergency(decision, 3)).to.equal(true);
          expect(entrants.find((one) => one.entityId === entityId)?.admitted).to.equal(true);
        }
      }),
      { numRuns: 20 * runs },
    );
  });

  it("is somebody as long as anybody admitted has credits or was there", () => {
    fc.assert(
      fc.property(contestArbitrary, ({ entrants, winners, seed }) => {
        const decision = decideLeader(inputOf(entrants, winners, seed));
        const isAnybody = entrants.some(
          ({ admitted, credits, beacon }) => admitted && (credits > 0 || beacon),
        );
        expect(decision.candidates.length > 0).to.equal(isAnybody);
        expect(decision.reason.kind === "missed").to.equal(!isAnybody);
      }),
      { numRuns: 20 * runs },
    );
  });

  it("gives nobody a lower rank for more credits", () => {
    const more = fc.record({ who: fc.nat(), credits: fc.integer({ min: 1, max: 3 }) });
    fc.assert(
      fc.property(contestArbitrary, more, ({ entrants, winners, seed }, { who, credits }) => {
        const lucky = entrants[who % Math.max(1, entrants.length)];
        if (lucky === undefined) return;
        const richer = entrants.map((one) =>
          one === lucky ? { ...one, credits: one.credits + credits } : one,
        );
        const rankBefore = explainRank(inputOf(entrants, winners, seed), lucky.entityId).rank;
        const rankAfter = explainRank(inputOf(richer, winners, seed), lucky.entityId).rank;
        if (rankBefore !== undefined) expect(rankAfter).to.be.at.most(rankBefore);
      }),
      { numRuns: 20 * runs },
    );
  });
});

/** One slot of a random chain. */
interface ChainSlot {
  readonly slot: number;
  readonly seed: string | undefined;
  readonly tallies: readonly SlotTally[];
  /** By entity, of the beacons of this slot. */
  readonly outputs: ReadonlyMap<string, string>;
}

const ENTITIES = Array.from({ length: 24 }, (_, at) => id(`entity ${at}`).slice(0, 42));
const FIRST = 300_000;
const CHECKED = 2_000;

/** Slots of work that comes and goes; some entities are mostly away, and at times nearly all are. */
function randomChain(random: ReturnType<typeof chance>, length: number): ChainSlot[] {
  return Array.from({ length }, (_, at) => {
    const slot = FIRST + at;
    const isQuiet = Math.floor(at / 400) % 4 === 3;
    const outputs = new Map<string, string>();
    const tallies = ENTITIES.flatMap((entityId, number): SlotTally[] => {
      const beacons = random.below(24) > (isQuiet ? 22 : number) ? 1 : 0;
      if (beacons > 0 && random.below(10) > 0) outputs.set(entityId, id(`${slot} ${entityId}`));
      const works = random.below(isQuiet ? 800 : 200) === 0;
      if (beacons === 0 && !works) return [];
      const work = works ? 1 : 0;
      return [
        {
          entityId,
          sessions: work * random.below(3),
          bytes: work * random.below(2 ** 24),
          storageProofs: work * random.below(5),
          validationSignatures: work,
          beacons,
        },
      ];
    });
    return { slot, seed: random.below(50) === 0 ? undefined : id(`seed ${slot}`), tallies, outputs };
  });
}

/** Credits and beacons of every entity before each slot of a chain: what a window holds is a difference of two. */
function runningTotals(chain: readonly ChainSlot[]) {
  const totals = new Map(ENTITIES.map((entityId) => [entityId, [{ credits: 0n, beacons: 0 }]]));
  for (const { tallies } of chain) {
    const own = new Map(tallies.map((tally) => [tally.entityId, tally]));
    for (const [entityId, list] of totals) {
      const { credits, beacons } = list.at(-1) as { credits: bigint; beacons: number };
      const tally = own.get(entityId);
      const units = BigInt(tally?.bytes ?? 0) / 5_242_880n;
      const relayed = BigInt(tally?.bytes ?? 0) % 5_242_880n > 0n ? units + 1n : units;
      const sessions = BigInt(tally?.sessions ?? 0);
      list.push({
        credits:
          credits +
          (relayed < sessions ? sessions : relayed) +
          BigInt(tally?.storageProofs ?? 0) +
          BigInt(tally?.validationSignatures ?? 0),
        beacons: beacons + (tally?.beacons ?? 0),
      });
    }
  }
  return totals;
}

interface Player {
  readonly entityId: string;
  readonly credits: bigint;
  readonly beacons: number;
  readonly admitted: boolean;
  readonly lastWon: number;
  readonly output: string | undefined;
  readonly hash: string;
  readonly isPresent: boolean;
}

/** Candidates in another formulation: a tournament, in which the one whom nobody beats comes next. */
function candidatesAgain(players: readonly Player[], slot: number, slots: number): string[] {
  const beats = (a: Player, b: Player) => {
    if (a.credits !== b.credits) return a.credits > b.credits;
    if (a.output !== undefined && b.output !== undefined) return BigInt(a.output) < BigInt(b.output);
    if (a.output !== undefined || b.output !== undefined) return a.output !== undefined;
    return BigInt(a.hash) < BigInt(b.hash);
  };
  const waitedLonger = (a: Player, b: Player) =>
    a.lastWon === b.lastWon ? beats(a, b) : a.lastWon < b.lastWon;
  const drawnFirst = (a: Player, b: Player) => BigInt(a.hash) < BigInt(b.hash);
  const tournament = (left: readonly Player[], wins: typeof beats): string[] => {
    const champion = left.find((one) => left.every((other) => other === one || wins(one, other)));
    if (champion === undefined) return [];
    const others = left.filter((one) => one !== champion);
    return [champion.entityId, ...tournament(others, wins)].slice(0, 4);
  };
  const admitted = players.filter((player) => player.admitted);
  const workers = admitted.filter(({ credits }) => credits > 0n);
  const live = workers.filter(({ beacons }) => beacons * 5 >= slots);
  const rested = live.filter(({ lastWon }) => slot - lastWon > 16);
  if (rested.length > 0) return tournament(rested, beats);
  if (live.length > 0) return tournament(live, waitedLonger);
  if (workers.length > 0) return tournament(workers, waitedLonger);
  return tournament(
    admitted.filter(({ isPresent }) => isPresent),
    drawnFirst,
  );
}

const abi = AbiCoder.defaultAbiCoder();

describe("the leaders of a chain", function () {
  this.timeout(300_000);

  it(`are those of another formulation, over ${CHECKED} random slots`, () => {
    const random = chance();
    const chain = randomChain(random, WINDOW_SLOTS + CHECKED);
    const totals = runningTotals(chain);
    const window = new CreditWindow(FIRST);
    const admitted = new Set<string>();
    const lastWon = new Map<string, number>();
    let winners: SlotWinner[] = [];
    const kinds = new Map<string, number>();
    // The first ones while the chain is young, the others once the window is full and slots leave it.
    const isChecked = (at: number) => at < CHECKED / 2 || at >= WINDOW_SLOTS + CHECKED / 2;

    for (const [at, { slot: last, seed, tallies, outputs }] of chain.entries()) {
      const leaving = chain[at - WINDOW_SLOTS];
      window.advance({ slot: last, tallies }, leaving);
      for (const entityId of ENTITIES) {
        const changes = random.below(300) === 0 || at === 0;
        if (!changes) continue;
        const isAdmitted = random.below(4) > 0;
        window.setAdmitted(entityId, isAdmitted);
        if (isAdmitted) admitted.add(entityId);
        else admitted.delete(entityId);
      }
      if (!isChecked(at)) continue;

      const slot = last + 2;
      const first = Math.max(0, at - WINDOW_SLOTS + 1);
      const beacons = tallies.filter((tally) => tally.beacons > 0).map(({ entityId }) => entityId);
      const decision = decideLeader({
        slot,
        seed,
        standings: window satisfies Standings,
        recentWinners: winners,
        lastWon,
        outputs,
        beacons,
      });
      const players = ENTITIES.map((entityId): Player => {
        const [before, now] = [totals.get(entityId)?.[first], totals.get(entityId)?.[at + 1]];
        return {
          entityId,
          credits: (now?.credits ?? 0n) - (before?.credits ?? 0n),
          beacons: (now?.beacons ?? 0) - (before?.beacons ?? 0),
          admitted: admitted.has(entityId),
          lastWon: lastWon.get(entityId) ?? 0,
          output: outputs.get(entityId),
          hash: keccak256(abi.encode(["bytes32", "address"], [seed ?? hashOf(0), entityId])),
          isPresent: beacons.includes(entityId),
        };
      });
      const expected = seed === undefined ? [] : candidatesAgain(players, slot, at - first + 1);
      const found = decision.candidates.map(({ entityId }) => entityId);
      expect(found, `slot ${slot}, LUCID_FAULT_SEED=${random.seed}`).to.deep.equal(expected);

      const kind =
        decision.reason.kind === "emergency" ? `step ${decision.reason.step}` : decision.reason.kind;
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      const winner = found[Math.min(random.below(5), random.below(5))];
      if (winner === undefined) continue;
      if (decision.reason.kind === "primary") {
        const won = lastWon.get(winner);
        if (won !== undefined) expect(slot - won, "twice within 16 slots").to.be.above(COOLDOWN_SLOTS);
      }
      lastWon.set(winner, slot);
      winners = [...winners, { slot, entityId: winner }].slice(-20);
    }
    expect([...kinds.values()].reduce((a, b) => a + b)).to.be.at.least(CHECKED);
    expect([...kinds.keys()], "kinds of decisions that came up").to.include.members(["primary", "missed"]);
  });

  it("have transcripts whose size does not depend on how many entities there are", () => {
    const sizeOf = (count: number) => {
      const entrants = Array.from({ length: count }, (_, at) => ({
        entityId: id(`entrant ${at}`).slice(0, 42),
        credits: 100,
        beacons: SLOTS,
        slots: SLOTS,
        admitted: true,
        output: `0x${"ab".repeat(60)}${at.toString(16).padStart(8, "0")}`,
        beacon: true,
        lastWon: undefined,
      }));
      const decision = decideLeader(inputOf(entrants, [], hashOf(1)));
      const window = { first: 1, last: 2, talliesRoots: [hashOf(1), hashOf(2)] };
      return decisionDocument(decision, window).transcript.length;
    };
    expect(sizeOf(20_000)).to.be.at.most(sizeOf(20) + 20);
    expect(sizeOf(20_000)).to.be.below(10_000);
  });
});
