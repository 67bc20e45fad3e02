import { expect } from "chai";
import fc from "fast-check";
import { addressOf, hashOf } from "../../devnet/store-documents.ts";
import { CreditWindow } from "../../offchain/consensus/credit-window.ts";
import { WINDOW_SLOTS } from "../../offchain/consensus/parameters.ts";
import type { CountedProof, CountedRelay } from "../../offchain/consensus/rules/counted-proof.ts";
import { tallySlot } from "../../offchain/consensus/rules/tally-slot.ts";
import type { SlotTally } from "../../offchain/store/documents.ts";

const runs = Number(process.env.LUCID_PROPERTY_RUNS ?? 25);
const POOL = addressOf(100);
/** The largest leaves room for the others, so that what an entity relays of all four is still exact. */
const SIZES = [1, 10, 5 * 2 ** 20, Number.MAX_SAFE_INTEGER - 2 ** 24];
const CREDIT_BYTES = 5n * 2n ** 20n;

/** Few nodes and sessions, so that they meet; nodes 1 and 2 are in a pool. */
const nodeArbitrary = fc.integer({ min: 1, max: 4 });
const membership = (node: number) => ({
  nodeId: addressOf(node),
  entityId: node <= 2 ? POOL : addressOf(node),
});
const proofArbitrary: fc.Arbitrary<CountedProof> = fc.oneof(
  fc
    .record({
      node: nodeArbitrary,
      session: fc.nat({ max: 3 }),
      bytes: fc.oneof(fc.nat({ max: 12 }), fc.maxSafeNat(), fc.constant(Number.MAX_SAFE_INTEGER)),
    })
    .map(({ node, session, bytes }) => ({
      type: "relay_bandwidth" as const,
      ...membership(node),
      commitment: hashOf(session),
      bytes,
      sizeBytes: SIZES[session] as number,
    })),
  fc
    .record({ node: nodeArbitrary, challenge: fc.integer({ min: 0, max: 3 }) })
    .map(({ node, challenge }) => ({
      type: "storage_availability" as const,
      ...membership(node),
      challenge,
    })),
  fc
    .tuple(nodeArbitrary, fc.constantFrom("validation_signature" as const, "uptime_beacon" as const))
    .map(([node, type]) => ({ type, ...membership(node) })),
);
const isRelay = (proof: CountedProof): proof is CountedRelay => proof.type === "relay_bandwidth";

/** Bytes that counted before, by session: less than a size, all of it, or none. */
const before = (commitment: string) => ({ [hashOf(1)]: 4, [hashOf(0)]: 1 })[commitment] ?? 0;

/** The tally of one entity in another formulation: sets of texts, and sums in BigInt. */
function countAgain(proofs: readonly CountedProof[], entityId: string): SlotTally {
  const own = proofs.filter((proof) => proof.entityId === entityId);
  const different = (type: CountedProof["type"]) =>
    new Set(own.filter((proof) => proof.type === type).map((proof) => JSON.stringify(proof))).size;
  let [sessions, bytes] = [0, 0n];
  for (const commitment of new Set(own.filter(isRelay).map((relay) => relay.commitment))) {
    const receipts = new Map(
      own.filter(isRelay).map((relay) => [`${relay.commitment} ${relay.nodeId} ${relay.bytes}`, relay]),
    );
    const size = BigInt(own.filter(isRelay).find((relay) => relay.commitment === commitment)?.sizeBytes ?? 0);
    let total = BigInt(before(commitment));
    for (const receipt of receipts.values()) {
      if (receipt.commitment === commitment) total += BigInt(receipt.bytes);
    }
    const reached = total < size ? total : size;
    bytes += reached - BigInt(before(commitment));
    if (reached === size && before(commitment) < Number(size)) sessions += 1;
  }
  return {
    entityId,
    sessions,
    bytes: Number(bytes),
    storageProofs: different("storage_availability"),
    validationSignatures: different("validation_signature"),
    beacons: different("uptime_beacon"),
  };
}

describe("the tally of a slot's proofs", () => {
  const proofsArbitrary = fc.array(proofArbitrary, { maxLength: 40 });

  it("is the same whatever the order of the proofs and however often each is given", () => {
    fc.assert(
      fc.property(proofsArbitrary, fc.infiniteStream(fc.nat()), (proofs, numbers) => {
        const keyed = [...proofs, ...proofs].map((proof) => ({ proof, key: numbers.next().value as number }));
        const shuffled = keyed.sort((a, b) => a.key - b.key).map(({ proof }) => proof);
        expect(tallySlot(shuffled, before)).to.deep.equal(tallySlot(proofs, before));
      }),
      { numRuns: 20 * runs },
    );
  });

  it("is what another formulation says", () => {
    fc.assert(
      fc.property(proofsArbitrary, (proofs) => {
        const expected = [...new Set(proofs.map(({ entityId }) => entityId))]
          .sort()
          .map((entityId) => countAgain(proofs, entityId))
          .filter(({ entityId: _, ...counts }) => Object.values(counts).some((count) => count > 0));
        expect(tallySlot(proofs, before)).to.deep.equal(expected);
      }),
      { numRuns: 20 * runs },
    );
  });
});

const FIRST = 720 * 900 + 3;
const ENTITIES = 6;

interface History {
  readonly tallies: ReadonlyMap<number, readonly SlotTally[]>;
  /** Member counts of pools from a slot on, of all that have any. */
  readonly members: ReadonlyMap<number, ReadonlyMap<string, readonly string[]>>;
  readonly length: number;
}

const tallyArbitrary = fc.record({
  entityId: fc.integer({ min: 1, max: ENTITIES }).map(addressOf),
  sessions: fc.nat({ max: 3 }),
  bytes: fc.oneof(fc.constant(0), fc.nat({ max: 2 ** 26 })),
  storageProofs: fc.nat({ max: 4 }),
  validationSignatures: fc.nat({ max: 1 }),
  beacons: fc.nat({ max: 2 }),
});

/** A few slots in which something happens, over more slots than the window has, many of them near its ends. */
const offsetArbitrary = fc.oneof(
  fc.nat({ max: 40 }),
  fc.integer({ min: WINDOW_SLOTS - 5, max: WINDOW_SLOTS + 40 }),
  fc.nat({ max: WINDOW_SLOTS + 40 }),
);
const historyArbitrary: fc.Arbitrary<History> = fc
  .record({
    tallies: fc.array(
      fc.tuple(
        offsetArbitrary,
        fc.uniqueArray(tallyArbitrary, { maxLength: ENTITIES, selector: (one) => one.entityId }),
      ),
      { maxLength: 30 },
    ),
    members: fc.array(
      fc.tuple(offsetArbitrary, fc.array(fc.nat({ max: 4 }), { minLength: 3, maxLength: 3 })),
      { maxLength: 8 },
    ),
    length: fc.integer({ min: 1, max: WINDOW_SLOTS + 60 }),
  })
  .map(({ tallies, members, length }) => ({
    tallies: new Map(tallies.map(([offset, own]) => [FIRST + offset, own])),
    members: new Map(
      members.map(([offset, counts]) => [
        FIRST + offset,
        new Map(
          counts.map((count, pool): [string, string[]] => [
            addressOf(pool + 1),
            Array.from({ length: count }, (_, at) => addressOf(50 + at)),
          ]),
        ),
      ]),
    ),
    length,
  }));

/** A window over a history from a slot on, to the history's last one. */
function windowOver({ tallies, members, length }: History, from = FIRST): CreditWindow {
  const window = new CreditWindow(from);
  // A window that is built later needs the members of its first slot.
  const earlier = [...members.keys()].filter((slot) => slot <= from).sort((a, b) => a - b);
  for (let slot = from; slot < FIRST + length; slot += 1) {
    const own = members.get(slot === from ? (earlier.at(-1) ?? slot) : slot);
    const leaving = slot - WINDOW_SLOTS;
    window.advance(
      { slot, tallies: tallies.get(slot) ?? [], ...(own && { members: own }) },
      leaving < from ? undefined : { slot: leaving, tallies: tallies.get(leaving) ?? [] },
    );
  }
  return window;
}

/** What a window says of every entity; nothing of those it does not know. */
function contentOf(window: CreditWindow) {
  const content = new Map<string, object>();
  for (let id = 1; id <= ENTITIES; id += 1) {
    const number = window.numberOf(addressOf(id));
    if (number === undefined) continue;
    const credits = window.creditsOf(number);
    const beacons = window.beaconsOf(number);
    // A pool of several members is known without having done anything; that makes no difference to any rule.
    if (credits + beacons === 0) continue;
    content.set(addressOf(id), {
      credits,
      beacons,
      slots: window.slotsOf(number),
      epochCredits: window.epochCreditsOf(number),
    });
  }
  return content;
}

/** The same by adding everything up, slot by slot, in BigInt. */
function addUp({ tallies, members, length }: History) {
  const last = FIRST + length - 1;
  const content = new Map<string, object>();
  for (let id = 1; id <= ENTITIES; id += 1) {
    const entityId = addressOf(id);
    let [credits, beacons, slots, epochCredits] = [0n, 0, 0, 0n];
    let count = 0;
    for (let slot = FIRST; slot <= last; slot += 1) {
      count = members.has(slot) ? (members.get(slot)?.get(entityId)?.length ?? 0) : count;
      if (slot <= last - WINDOW_SLOTS) continue;
      slots += Math.max(1, count);
      const tally = tallies.get(slot)?.find((one) => one.entityId === entityId);
      if (tally === undefined) continue;
      const relayed = (BigInt(tally.bytes) + CREDIT_BYTES - 1n) / CREDIT_BYTES;
      const sessions = BigInt(tally.sessions);
      const earned =
        (sessions > relayed ? sessions : relayed) +
        BigInt(tally.storageProofs) +
        BigInt(tally.validationSignatures);
      credits += earned;
      beacons += tally.beacons;
      if (Math.floor(slot / 720) === Math.floor(last / 720)) epochCredits += earned;
    }
    if (credits > 0n || beacons > 0) {
      const numbers = { credits: Number(credits), beacons, slots, epochCredits: Number(epochCredits) };
      content.set(entityId, numbers);
    }
  }
  return content;
}

describe("the credit window", function () {
  this.timeout(120_000);

  it("is what adding up all of its slots comes to, for all histories", () => {
    fc.assert(
      fc.property(historyArbitrary, (history) => {
        expect(contentOf(windowOver(history))).to.deep.equal(addUp(history));
      }),
      { numRuns: 4 * runs },
    );
  });

  it("is the same built later from the slots it holds as kept up all along", () => {
    fc.assert(
      fc.property(historyArbitrary, (history) => {
        const kept = windowOver(history);
        const rebuilt = windowOver(history, kept.slots.first);
        expect(rebuilt.slots).to.deep.equal(kept.slots);
        expect(contentOf(rebuilt)).to.deep.equal(contentOf(kept));
        expect(rebuilt.entityCount).to.equal(kept.entityCount);
      }),
      { numRuns: 4 * runs },
    );
  });

  it("lets everybody leave who has nothing in it", () => {
    fc.assert(
      fc.property(historyArbitrary, (history) => {
        const quiet = { ...history, members: new Map(), length: 2 * WINDOW_SLOTS + 50 };
        expect(windowOver(quiet).entityCount).to.equal(0);
      }),
      { numRuns: runs },
    );
  });
});
