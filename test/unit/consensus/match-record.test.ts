import { expect } from "chai";
import { id } from "ethers";
import fc from "fast-check";
import { addressOf, hashOf } from "../../../devnet/store-documents.ts";
import { matchRecord } from "../../../offchain/consensus/node/match-record.ts";
import { proofsRoot, talliesRoot } from "../../../offchain/consensus/node/record-roots.ts";
import type { CountingClaim } from "../../../offchain/consensus/node/slot-inputs.ts";
import type { CountedProof } from "../../../offchain/consensus/rules/counted-proof.ts";
import { tallySlot } from "../../../offchain/consensus/rules/tally-slot.ts";
import type { SlotTally } from "../../../offchain/store/documents.ts";

const POOL = addressOf(9);
const nothingBefore = () => 0;
let ids = 0;
const claim = (counted: CountedProof, repeated: readonly string[] = []): CountingClaim => {
  ids += 1;
  const output = counted.type === "uptime_beacon" ? { output: id(`output ${ids}`) } : {};
  return { id: id(`proof ${ids}`), repeated, counted, ...output };
};
const member = (node: number) => ({ nodeId: addressOf(node), entityId: node < 5 ? POOL : addressOf(node) });
const beacon = (node: number) => claim({ type: "uptime_beacon", ...member(node) });
const storage = (node: number, challenge: number) =>
  claim({ type: "storage_availability", ...member(node), challenge });
const validation = (node: number) => claim({ type: "validation_signature", ...member(node) });
const relay = (node: number, session: number, bytes: number) =>
  claim({ type: "relay_bandwidth", ...member(node), commitment: hashOf(session), bytes, sizeBytes: 100 });

const countedOf = (claims: readonly CountingClaim[]) => claims.map(({ counted }) => counted);

/** A record of these claims, under these ids. */
function recordOf(
  claims: readonly CountingClaim[],
  named = claims.map((one) => one.id),
  tallies: readonly SlotTally[] = tallySlot(countedOf(claims), nothingBefore),
) {
  const roots = { proofsRoot: proofsRoot(named), talliesRoot: talliesRoot(tallies) };
  return { head: { proofCount: named.length, entityCount: tallies.length, ...roots }, tallies };
}

/** Of five nodes, four of them in a pool. */
const all: readonly CountingClaim[] = [
  ...[1, 2, 3, 4, 5].map(beacon),
  ...[1, 5].flatMap((node) => [0, 1, 2, 3].map((challenge) => storage(node, challenge))),
  ...[2, 3].map(validation),
  relay(1, 1, 60),
  relay(2, 1, 60),
  relay(5, 2, 30),
  relay(5, 2, 31),
];

describe("a slot's record, held to the proofs in the store", () => {
  it("is supported by exactly the claims it was made of, whichever are left out", () => {
    fc.assert(
      fc.property(fc.subarray([...all.keys()], { maxLength: 5 }), (left) => {
        const kept = all.filter((_, place) => !left.includes(place));
        const match = matchRecord(recordOf(kept), all, nothingBefore);
        expect(match).to.deep.equal({
          isSupported: true,
          kept,
          omittedCount: left.length,
          omitted: all.filter((_, place) => left.includes(place)).map((one) => one.id),
        });
      }),
      { numRuns: 150 },
    );
  });

  it("is not supported where it gives an entity more than its proofs do, in any field", () => {
    const tallies = tallySlot(countedOf(all), nothingBefore);
    for (const field of ["sessions", "bytes", "storageProofs", "validationSignatures", "beacons"] as const) {
      const more = tallies.map((tally) =>
        tally.entityId === POOL ? { ...tally, [field]: tally[field] + 1 } : tally,
      );
      const match = matchRecord(recordOf(all, undefined, more), all, nothingBefore);
      expect(match).to.have.property("isSupported", false);
      expect(match).to.have.property("reason").that.includes(field);
    }
    const unknown = { ...(tallies[0] as SlotTally), entityId: addressOf(0xee) };
    const match = matchRecord(recordOf(all, undefined, [...tallies, unknown]), all, nothingBefore);
    expect(match).to.have.property("isSupported", false);
  });

  it("is not supported by proofs that are not in the store, however many of the others it leaves out", () => {
    const made = [...all.slice(1).map((one) => one.id), id("made up")];
    expect(matchRecord(recordOf(all, made), all, nothingBefore)).to.have.property("isSupported", false);
    const replaced = [...all.slice(2).map((one) => one.id), id("made up")];
    const record = recordOf(all.slice(1), replaced);
    expect(matchRecord(record, all, nothingBefore)).to.have.property("isSupported", false);
    const more = recordOf(all, [...all.map((one) => one.id), id("made up")]);
    expect(matchRecord(more, all, nothingBefore)).to.have.property("isSupported", false);
  });

  it("may name any of a node's valid proofs of one claim", () => {
    const repeated = [id("second beacon"), id("third beacon")];
    const claims = all.map((one, place) => (place === 1 ? { ...one, repeated } : one));
    const named = claims.map((one, place) => (place === 1 ? (repeated[1] as string) : one.id));
    const match = matchRecord(recordOf(claims, named), claims, nothingBefore);
    expect(match).to.deep.include({ isSupported: true, omittedCount: 0, omitted: [] });
  });

  it("is not supported where head and parts contradict each other", () => {
    const { head, tallies } = recordOf(all);
    expect(matchRecord({ head, tallies: tallies.slice(1) }, all, nothingBefore)).to.have.property(
      "isSupported",
      false,
    );
    const fewer = { ...head, talliesRoot: talliesRoot(tallies.slice(1)) };
    expect(matchRecord({ head: fewer, tallies }, all, nothingBefore)).to.have.property("isSupported", false);
  });

  it("goes on where too many proofs are left out to tell which: with all of a kind that an entity has any of", () => {
    const pools = Array.from({ length: 6 }, (_, pool) =>
      Array.from({ length: 12 }, (_, node) =>
        claim({
          type: "uptime_beacon",
          nodeId: addressOf(100 * pool + node + 1_000),
          entityId: addressOf(pool + 50),
        }),
      ),
    );
    const claims = [...pools.flat(), beacon(5)];
    const kept = pools.flatMap((pool) => pool.filter((_, place) => place % 2 === 1));
    const started = performance.now();
    const match = matchRecord(recordOf(kept), claims, nothingBefore);
    expect(performance.now() - started).to.be.lessThan(20_000);
    expect(match).to.deep.include({ isSupported: true, omittedCount: 37, omitted: [] });
    expect(match).to.have.property("kept").that.deep.equals(pools.flat());
  }).timeout(30_000);

  it("is the same record, without proofs, for everybody", () => {
    const nobody = recordOf([]);
    expect(nobody.head).to.include({ proofsRoot: hashOf(0), talliesRoot: hashOf(0) });
    expect(matchRecord(nobody, [], nothingBefore)).to.deep.include({ isSupported: true, omittedCount: 0 });
  });
});
