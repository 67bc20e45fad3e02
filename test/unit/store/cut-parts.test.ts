import { expect } from "chai";
import { BSON } from "mongodb";
import { newTally } from "../../../devnet/store-documents.ts";
import type { SlotTally, SlotTallyPart } from "../../../offchain/store/documents.ts";
import { toBson } from "../../../offchain/store/mongo/codec.ts";
import { slotTallyParts } from "../../../offchain/store/schema/index.ts";
import { cutParts, MAX_PART_BYTES } from "../../../offchain/store/slot-tally/cut-parts.ts";

const MAX_MONGODB_BYTES = 16 * 2 ** 20;
const LARGEST = Number.MAX_SAFE_INTEGER;
const largest: Partial<SlotTally> = {
  sessions: LARGEST,
  bytes: LARGEST,
  storageProofs: LARGEST,
  validationSignatures: LARGEST,
  beacons: LARGEST,
};

async function partsOf(count: number, counts: Partial<SlotTally> = {}, slot = 1): Promise<SlotTallyPart[]> {
  const tallies = Array.from({ length: count }, (_, at) => newTally(at + 1, counts));
  const parts: SlotTallyPart[] = [];
  for await (const part of cutParts(slot, tallies)) parts.push(part);
  return parts;
}

describe("parts of a slot's tallies", () => {
  for (const [kind, counts] of Object.entries({ smallest: {}, largest })) {
    it(`stay far below what MongoDB takes, with the ${kind} numbers, and fit the schema's list`, async () => {
      const parts = await partsOf(25_000, counts);
      expect(parts.length).to.be.greaterThan(2);
      expect(parts.flatMap(({ tallies }) => tallies)).to.have.length(25_000);
      for (const part of parts) {
        expect(JSON.stringify(part.tallies).length).to.be.at.most(MAX_PART_BYTES + 2);
        const bson = BSON.calculateObjectSize(toBson(slotTallyParts.fields, part as never));
        expect(bson).to.be.below(MAX_MONGODB_BYTES / 8);
        expect(part.tallies.length).to.be.below(slotTallyParts.fields.tallies.most);
      }
      // All but the last are as full as can be.
      for (const { tallies } of parts.slice(0, -1)) {
        expect(JSON.stringify(tallies).length).to.be.above(MAX_PART_BYTES - 300);
      }
    });
  }

  it("have ids that depend on slot, place and every number, and on nothing else", async () => {
    const [first, second] = await partsOf(10_000);
    expect(await partsOf(10_000)).to.deep.equal([first, second]);
    const reordered = first?.tallies.map((tally) => Object.fromEntries(Object.entries(tally).reverse()));
    const parts: SlotTallyPart[] = [];
    for await (const part of cutParts(1, (reordered ?? []) as unknown as SlotTally[])) parts.push(part);
    expect(
      parts.map(({ _id }) => _id),
      "whatever the order of a tally's fields",
    ).to.deep.equal([first?._id]);
    const [otherSlot] = await partsOf(10_000, {}, 2);
    const [otherNumber] = await partsOf(10_000, { beacons: 1 });
    expect(new Set([first?._id, second?._id, otherSlot?._id, otherNumber?._id]).size).to.equal(4);
  });

  it("are none where there are no tallies", async () => {
    expect(await partsOf(0)).to.deep.equal([]);
  });
});
