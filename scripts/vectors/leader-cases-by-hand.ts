/** The format of a case of test/vectors/leaders.json. */
export interface LeaderCase {
  readonly name: string;
  /** Only of cases whose answer was worked out by hand: why it is right. */
  readonly why?: string;
  readonly slot: number;
  readonly seed: string | null;
  readonly entities: readonly LeaderCaseEntity[];
  readonly recentWinners: readonly { readonly slot: number; readonly entityId: string }[];
  readonly expected: {
    /** "primary", "emergency 1" to "emergency 3", or "missed: " and why. */
    readonly reason: string;
    /** The primary, then the fallbacks. */
    readonly candidates: readonly string[];
  };
}

export interface LeaderCaseEntity {
  readonly entityId: string;
  readonly credits: number;
  readonly beacons: number;
  readonly slots: number;
  readonly admitted: boolean;
  /** The last slot it won, where that is not among the recent winners. */
  readonly lastWon?: number;
  readonly output?: string;
  /** Whether it sent a beacon in the slot of the seed. */
  readonly beacon?: boolean;
}

const SLOT = 800_000;
const SEED = `0x${"5e".repeat(32)}`;
const [A, B, C, D, E] = ["a", "b", "c", "d", "e"].map((digit) => `0x${digit.repeat(40)}`) as [
  string,
  string,
  string,
  string,
  string,
];
const output = (digit: string) => `0x${digit.repeat(128)}`;

/** Admitted, live in every slot of a full window, without an output, and never a winner, unless it says otherwise. */
const entity = (
  entityId: string,
  credits: number,
  other: Partial<LeaderCaseEntity> = {},
): LeaderCaseEntity => ({ entityId, credits, beacons: 5_040, slots: 5_040, admitted: true, ...other });

/**
 * Written by hand, answers included: what each comes to follows from the rules without computing a hash.
 */
export const CASES_BY_HAND: readonly LeaderCase[] = [
  {
    name: "more credits lead",
    why: "B has the most credits, then D, A, E: those are the primary and its three fallbacks; C comes fifth and is none.",
    slot: SLOT,
    seed: SEED,
    entities: [entity(A, 30), entity(B, 50), entity(C, 10), entity(D, 40), entity(E, 20)],
    recentWinners: [],
    expected: { reason: "primary", candidates: [B, D, A, E] },
  },
  {
    name: "equals draw by their outputs",
    why: "All have 7 credits. C's output (11…) is lower than A's (22…); B sent no beacon and comes after both.",
    slot: SLOT,
    seed: SEED,
    entities: [
      entity(A, 7, { output: output("2"), beacon: true }),
      entity(B, 7),
      entity(C, 7, { output: output("1"), beacon: true }),
    ],
    recentWinners: [],
    expected: { reason: "primary", candidates: [C, A, B] },
  },
  {
    name: "an output counts among equals only",
    why: "A's output is the lowest there can be, but B has one credit more.",
    slot: SLOT,
    seed: SEED,
    entities: [entity(A, 7, { output: output("0"), beacon: true }), entity(B, 8)],
    recentWinners: [],
    expected: { reason: "primary", candidates: [B, A] },
  },
  {
    name: "the winner of 16 slots ago cools down",
    why: "A won slot 799984, which is 800000 - 16 and the first of the last 16 slots; so only B is eligible.",
    slot: SLOT,
    seed: SEED,
    entities: [entity(A, 9), entity(B, 1)],
    recentWinners: [{ slot: SLOT - 16, entityId: A }],
    expected: { reason: "primary", candidates: [B] },
  },
  {
    name: "the winner of 17 slots ago leads again",
    why: "A won slot 799983, one before the last 16, so nothing holds it back.",
    slot: SLOT,
    seed: SEED,
    entities: [entity(A, 9, { lastWon: SLOT - 17 }), entity(B, 1)],
    recentWinners: [{ slot: SLOT - 17, entityId: A }],
    expected: { reason: "primary", candidates: [A, B] },
  },
  {
    name: "a liveScore of exactly D_MIN is enough",
    why: "A sent 1008 beacons in 5040 slots: 5 x 1008 = 5040, which is not less than 5040.",
    slot: SLOT,
    seed: SEED,
    entities: [entity(A, 9, { beacons: 1_008 }), entity(B, 1)],
    recentWinners: [],
    expected: { reason: "primary", candidates: [A, B] },
  },
  {
    name: "one beacon less is not enough",
    why: "A sent 1007 beacons in 5040 slots: 5 x 1007 = 5035 is less than 5040, so B leads with a single credit.",
    slot: SLOT,
    seed: SEED,
    entities: [entity(A, 9, { beacons: 1_007 }), entity(B, 1)],
    recentWinners: [],
    expected: { reason: "primary", candidates: [B] },
  },
  {
    name: "a pool is measured by its members' slots",
    why: "Pool A of three has 3 x 5040 = 15120 slots and needs 3024 beacons; pool B of three has one less.",
    slot: SLOT,
    seed: SEED,
    entities: [
      entity(A, 8, { beacons: 3_024, slots: 15_120 }),
      entity(B, 9, { beacons: 3_023, slots: 15_120 }),
    ],
    recentWinners: [],
    expected: { reason: "primary", candidates: [A] },
  },
  {
    name: "without the role nobody leads",
    why: "A has the most credits and is not admitted.",
    slot: SLOT,
    seed: SEED,
    entities: [entity(A, 1_000, { admitted: false }), entity(B, 1)],
    recentWinners: [],
    expected: { reason: "primary", candidates: [B] },
  },
  {
    name: "without credits nobody is eligible",
    why: "A was live all the time and drew well, but did no work; B did.",
    slot: SLOT,
    seed: SEED,
    entities: [entity(A, 0, { output: output("0"), beacon: true }), entity(B, 1)],
    recentWinners: [],
    expected: { reason: "primary", candidates: [B] },
  },
  {
    name: "emergency 1: the one whose win is oldest",
    why: "A, B and C are live and all won lately, B first of them (799990); E, with the most credits, is below D_MIN and is not taken while anybody is live.",
    slot: SLOT,
    seed: SEED,
    entities: [entity(A, 30), entity(B, 10), entity(C, 20), entity(E, 99, { beacons: 0 })],
    recentWinners: [
      { slot: SLOT - 1, entityId: A },
      { slot: SLOT - 10, entityId: B },
      { slot: SLOT - 5, entityId: C },
    ],
    expected: { reason: "emergency 1", candidates: [B, C, A] },
  },
  {
    name: "emergency 1: the last of several wins counts",
    why: "B won 799985 and 799999, A won 799995: A's last win is the older one.",
    slot: SLOT,
    seed: SEED,
    entities: [entity(A, 1), entity(B, 2)],
    recentWinners: [
      { slot: SLOT - 15, entityId: B },
      { slot: SLOT - 1, entityId: B },
      { slot: SLOT - 5, entityId: A },
    ],
    expected: { reason: "emergency 1", candidates: [A, B] },
  },
  {
    name: "emergency 2: those who never won, then the oldest win",
    why: "Nobody is live. C and D never won and come first, C with more credits; A won long ago; B, who won the last slot, comes last, but is not left out.",
    slot: SLOT,
    seed: SEED,
    entities: [
      entity(A, 50, { beacons: 1, lastWon: 700_000 }),
      entity(B, 90, { beacons: 1_007 }),
      entity(C, 4, { beacons: 0 }),
      entity(D, 3, { beacons: 1_000 }),
    ],
    recentWinners: [{ slot: SLOT - 1, entityId: B }],
    expected: { reason: "emergency 2", candidates: [C, D, A, B] },
  },
  {
    name: "emergency 3: whoever is there",
    why: "Nobody has credits. Of the admitted only B sent a beacon in the slot of the seed; C did too and is not admitted.",
    slot: SLOT,
    seed: SEED,
    entities: [
      entity(A, 0, { beacons: 100 }),
      entity(B, 0, { beacons: 1, beacon: true }),
      entity(C, 0, { beacons: 1, beacon: true, admitted: false }),
    ],
    recentWinners: [],
    expected: { reason: "emergency 3", candidates: [B] },
  },
  {
    name: "missed: no seed",
    why: "B would lead, but the order among equals cannot be known without the seed, so nobody is named.",
    slot: SLOT,
    seed: null,
    entities: [entity(A, 30), entity(B, 50)],
    recentWinners: [],
    expected: { reason: "missed: seed-unknown", candidates: [] },
  },
  {
    name: "missed: nobody is admitted",
    why: "Both worked and were there, but the admin admitted neither.",
    slot: SLOT,
    seed: SEED,
    entities: [entity(A, 30, { admitted: false, beacon: true }), entity(B, 50, { admitted: false })],
    recentWinners: [],
    expected: { reason: "missed: nobody-admitted", candidates: [] },
  },
  {
    name: "missed: nobody is there",
    why: "A is admitted, but has no credits and sent no beacon in the slot of the seed; B did both and is not admitted.",
    slot: SLOT,
    seed: SEED,
    entities: [entity(A, 0, { beacons: 9 }), entity(B, 50, { admitted: false, beacon: true })],
    recentWinners: [],
    expected: { reason: "missed: nobody-present", candidates: [] },
  },
  {
    name: "missed: nobody at all",
    why: "There is no entity.",
    slot: SLOT,
    seed: SEED,
    entities: [],
    recentWinners: [],
    expected: { reason: "missed: nobody-admitted", candidates: [] },
  },
];
