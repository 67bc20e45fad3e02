/**
 * Writes test/vectors/leaders.json: the cases that were worked out by hand (leader-cases-by-hand.ts), and random ones.
 * Run with `npx tsx scripts/vectors/generate-leader-vectors.ts` after a deliberate change of the rules, and raise the
 * version; never to make a failing test pass.
 *
 * Independent of what it tests on purpose: the rules are written out here a second time, by sorting everything, with
 * the ABI coder of ethers and a canonical JSON of its own. It stops where it disagrees with a case made by hand.
 */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { AbiCoder, concat, id, keccak256, toUtf8Bytes } from "ethers";
import { CASES_BY_HAND, type LeaderCase, type LeaderCaseEntity } from "./leader-cases-by-hand.ts";

const VERSION = 1;
const RANDOM_CASES = 40;

type Input = Omit<LeaderCase, "expected" | "name" | "why">;

/** Every order is a comparison of lists of keys, one key after the other. */
type Key = number | string | undefined;

const NO_OUTPUT = "g";
const hashOf = (seed: string, entityId: string) =>
  keccak256(AbiCoder.defaultAbiCoder().encode(["bytes32", "address"], [seed, entityId]));

function compareKeys(a: readonly Key[], b: readonly Key[]): number {
  for (const [at, key] of a.entries()) {
    const other = b[at];
    if (key === other) continue;
    return (key as number) < (other as number) ? -1 : 1;
  }
  return 0;
}

function decide({ slot, seed, entities, recentWinners }: Input) {
  const recent = recentWinners
    .filter((winner) => winner.slot >= slot - 16 && winner.slot <= slot - 1)
    .sort((a, b) => a.slot - b.slot);
  const lastWin = ({ entityId, lastWon }: LeaderCaseEntity) => {
    const wins = recentWinners.filter((winner) => winner.entityId === entityId).map((winner) => winner.slot);
    return Math.max(lastWon ?? -1, ...wins);
  };
  const ranks = (e: LeaderCaseEntity): Key[] => [
    -e.credits,
    e.output ?? NO_OUTPUT,
    hashOf(seed ?? "", e.entityId),
  ];
  const sorted = (list: LeaderCaseEntity[], keys: (e: LeaderCaseEntity) => Key[]) =>
    [...list].sort((a, b) => compareKeys(keys(a), keys(b)));

  const workers = entities.filter((e) => e.admitted && e.credits > 0);
  const live = workers.filter((e) => e.beacons / e.slots >= 0.2);
  const eligible = live.filter((e) => !recent.some(({ entityId }) => entityId === e.entityId));
  const present = entities.filter((e) => e.admitted && e.beacon === true);
  const byLastWin = (e: LeaderCaseEntity): Key[] => [lastWin(e), ...ranks(e)];
  const steps = [
    { reason: { kind: "primary" }, list: eligible, keys: ranks },
    { reason: { kind: "emergency", step: 1 }, list: live, keys: byLastWin },
    { reason: { kind: "emergency", step: 2 }, list: workers, keys: byLastWin },
    {
      reason: { kind: "emergency", step: 3 },
      list: present,
      keys: (e: LeaderCaseEntity): Key[] => [hashOf(seed ?? "", e.entityId)],
    },
  ];
  const counts = { admitted: entities.filter((e) => e.admitted).length, eligible: eligible.length };
  const facts = { counts, recent, lastWin };
  if (seed === null)
    return { ...facts, reason: { kind: "missed", why: "seed-unknown" }, order: [], keys: ranks };
  const step = steps.find(({ list }) => list.length > 0);
  if (step !== undefined) {
    return { ...facts, reason: step.reason, order: sorted(step.list, step.keys), keys: step.keys };
  }
  const why = counts.admitted === 0 ? "nobody-admitted" : "nobody-present";
  return { ...facts, reason: { kind: "missed", why }, order: [], keys: ranks };
}

/** Which key put an entity behind the one before it. */
function placedBy(before: readonly Key[] | undefined, own: readonly Key[]): string {
  if (before === undefined) return "first";
  const names = { 1: ["seed-hash"], 3: ["credits", "output", "seed-hash"] }[own.length] ?? [
    "last-won",
    "credits",
    "output",
    "seed-hash",
  ];
  const at = own.findIndex((key, place) => key !== before[place]);
  const name = names[at] as string;
  return name === "output" && own[at] === NO_OUTPUT ? "no-output" : name;
}

/** RFC 8785 for objects, arrays, whole numbers and ASCII strings; what is undefined is left out. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`);
  return `{${members.join(",")}}`;
}

function reasonText(reason: { kind: string; step?: number; why?: string }): string {
  if (reason.step !== undefined) return `${reason.kind} ${reason.step}`;
  return reason.why === undefined ? reason.kind : `${reason.kind}: ${reason.why}`;
}

/** A case with everything that is expected of it. */
function vectorOf(input: Omit<LeaderCase, "expected">) {
  const { reason, order, keys, counts, recent, lastWin } = decide(input);
  const window = { first: input.slot - 4, last: input.slot - 2 };
  const talliesRoots = [2, 3, 4].map((back) => id(`tallies of ${input.slot - back}`)).reverse();
  const ranked = order.slice(0, 12).map((e, at) => ({
    entityId: e.entityId,
    credits: e.credits,
    beacons: e.beacons,
    slots: e.slots,
    output: e.output,
    lastWon: lastWin(e) === -1 ? undefined : lastWin(e),
    placedBy: placedBy(at === 0 ? undefined : keys(order[at - 1] as LeaderCaseEntity), keys(e)),
  }));
  const transcript = canonical({
    version: 1,
    slot: input.slot,
    seed: input.seed ?? undefined,
    window: { ...window, talliesHash: keccak256(concat(talliesRoots)) },
    recentWinners: recent,
    counts,
    reason,
    candidates: ranked.slice(0, 4),
    next: ranked.slice(4),
  });
  return {
    ...input,
    window: { ...window, talliesRoots },
    expected: {
      reason: reasonText(reason),
      candidates: ranked.slice(0, 4).map(({ entityId }) => entityId),
      transcript,
      transcriptHash: keccak256(toUtf8Bytes(transcript)),
    },
  };
}

/** Chance that comes from a label: the same vectors wherever they are generated. */
function chance(label: string) {
  let count = 0;
  const next = (below: number) => Number(BigInt(id(`${label} ${count++}`)) % BigInt(below));
  return { next, one: (oneIn: number) => next(oneIn) === 0 };
}

function randomCase(number: number): Omit<LeaderCase, "expected"> {
  const { next, one } = chance(`leader case ${number}`);
  const slot = 700_000 + next(100_000);
  // Few of everything, so that equals and emergencies are frequent.
  const count = 1 + next(number < 30 ? 9 : 20);
  const [nobodyLive, nobodyWorked] = [number % 4 === 1, number % 8 === 3];
  const entities = Array.from({ length: count }, (_, at): LeaderCaseEntity => {
    const beacon = one(2);
    const members = one(4) ? 1 + next(4) : 1;
    return {
      entityId: id(`entity ${number} ${at}`).slice(0, 42),
      credits: nobodyWorked ? 0 : next(4),
      beacons: nobodyLive ? next(1_008) : next(2_000) + (beacon ? 1 : 0),
      slots: 5_040 * members,
      admitted: !one(5),
      ...(beacon && { beacon }),
      ...(beacon &&
        !one(4) && { output: `0x${(id(`output ${number} ${at}`) + id("rest")).replaceAll("0x", "")}` }),
      ...(one(3) && { lastWon: slot - 17 - next(1_000) }),
    };
  });
  const recentWinners = Array.from({ length: 18 }, (_, back) => ({ slot: slot - 1 - back, winner: next(30) }))
    .filter(({ winner }) => winner < count)
    .map(({ slot: won, winner }) => ({
      slot: won,
      entityId: (entities[winner] as LeaderCaseEntity).entityId,
    }));
  return {
    name: `random ${number}`,
    slot,
    seed: one(20) ? null : id(`seed ${number}`),
    entities,
    recentWinners,
  };
}

const byHand = CASES_BY_HAND.map(({ expected, ...input }) => {
  const vector = vectorOf(input);
  const { reason, candidates } = vector.expected;
  assert.deepEqual({ reason, candidates }, expected, input.name);
  return vector;
});
const random = Array.from({ length: RANDOM_CASES }, (_, number) => vectorOf(randomCase(number)));
writeFileSync(
  join(import.meta.dirname, "../../test/vectors/leaders.json"),
  `${JSON.stringify({ version: VERSION, cases: [...byHand, ...random] }, null, 1)}\n`,
);
