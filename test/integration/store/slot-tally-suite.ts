import { createHash } from "node:crypto";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect } from "chai";
import * as documents from "../../../devnet/store-documents.ts";
import type { SlotTally, SlotTallyPart } from "../../../offchain/store/documents.ts";
import type { Document } from "../../../offchain/store/fields.ts";
import { slotTallies, slotTallyParts } from "../../../offchain/store/schema/index.ts";
import { cutParts } from "../../../offchain/store/slot-tally/cut-parts.ts";
import type { Store } from "../../../offchain/store/store.ts";
import { refusal } from "./engine-suite.ts";

const { addressOf, hashOf, newTally, newTallyHead } = documents;

/** Entities of a slot that no single MongoDB document could hold. */
const MANY = 300_000;
/** Their tallies are 90 MB of objects; one part and its encodings are some 10. */
const MAX_HEAP_GROWTH = 40 * 2 ** 20;
const SAMPLE_EVERY = 20_000;

function* tallies(count: number, counts: Partial<SlotTally> = {}): Generator<SlotTally> {
  for (let entity = 1; entity <= count; entity += 1) yield newTally(entity, { beacons: 1, ...counts });
}

/** How much of the heap is in use beyond what was when the meter was made; garbage is collected first. */
function heapMeter(): () => number {
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc") as () => void;
  const used = () => {
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  const before = used();
  return () => used() - before;
}

/** Closing a slot and reading it back, the same on every engine. `open` gives an empty store. */
export function describeSlotTallies(open: (context: Mocha.Context) => Promise<Store>): void {
  let store: Store;
  let slot = 0;
  before(async function () {
    store = await open(this);
  });
  after(async () => {
    await store?.close();
  });
  beforeEach(() => {
    slot += 1;
  });

  async function read(closed: number): Promise<SlotTally[]> {
    const found: SlotTally[] = [];
    for await (const tally of store.slotTallies.tallies(closed)) found.push(tally);
    return found;
  }

  async function firstPartOf(source: Iterable<SlotTally>): Promise<SlotTallyPart> {
    for await (const part of cutParts(slot, source)) return part;
    throw new Error("no tallies, no part");
  }

  /** What a closer leaves that was killed before it wrote its head. */
  async function leavePartsOf(source: Iterable<SlotTally>): Promise<string[]> {
    const ids: string[] = [];
    for await (const part of cutParts(slot, source)) {
      await store.slotTallyParts.insert(part);
      ids.push(part._id);
    }
    return ids;
  }

  it("keeps the first record, and tells whoever repeats it", async () => {
    const own = [newTally(1, { sessions: 2, bytes: 2 ** 53 - 1 }), newTally(2, { beacons: 1 })];
    const head = newTallyHead(7, 1);
    const earliest = await store.now();
    const first = await store.slotTallies.close(slot, head, own);
    expect(first.outcome).to.equal("closed");
    expect(first.head).to.deep.include({ ...head, _id: slot, entityCount: 2 });
    expect(first.head.closedAt).to.be.within(earliest, await store.now());
    expect(await store.slotTallies.close(slot, head, own)).to.deep.equal(first);
    expect(await read(slot)).to.deep.equal(own);
    const { documents: range } = await store.slotTallies.range(slot, slot + 1);
    expect(range).to.deep.equal([first.head]);
  });

  it("takes the same record of another closer for the same, and a different one for different", async () => {
    const { head } = await store.slotTallies.close(slot, newTallyHead(7, 1), tallies(2));
    const same = { ...newTallyHead(7, 2), closerSig: `0x${"77".repeat(65)}` };
    expect(await store.slotTallies.close(slot, same, tallies(2))).to.deep.equal({ outcome: "same", head });
    const partsBefore = await store.slotTallyParts.count();
    const other = await store.slotTallies.close(slot, newTallyHead(8, 2), tallies(3));
    expect(other).to.deep.equal({ outcome: "different", head, field: "talliesRoot" });
    expect(await store.slotTallyParts.count(), "nothing written for nothing").to.equal(partsBefore);
    expect(await read(slot)).to.have.length(2);
  });

  it("closes a slot in which nobody did anything, which is not one that was not closed", async () => {
    expect(await refusal(read(slot))).to.deep.equal({ code: "STORE_SLOT_NOT_CLOSED", slot });
    const { head } = await store.slotTallies.close(slot, newTallyHead(0, 1), []);
    expect(head).to.deep.include({ entityCount: 0, parts: [] });
    expect(await read(slot)).to.deep.equal([]);
  });

  it("is finished by the next closer when one was killed between parts and head", async () => {
    const left = await leavePartsOf(tallies(10_000));
    expect(left).to.have.length(2);
    expect(await refusal(read(slot)), "parts alone close nothing").to.include({
      code: "STORE_SLOT_NOT_CLOSED",
    });
    const partsBefore = await store.slotTallyParts.count();
    const { outcome, head } = await store.slotTallies.close(slot, newTallyHead(3, 2), tallies(10_000));
    expect(outcome).to.equal("closed");
    expect(head.parts, "the same parts are the same again").to.deep.equal(left);
    expect(await store.slotTallyParts.count()).to.equal(partsBefore);
    expect(await read(slot)).to.have.length(10_000);
  });

  it("is not poisoned by the different parts of a closer that was killed", async () => {
    const left = await leavePartsOf(tallies(10_000, { beacons: 99 }));
    const { outcome, head } = await store.slotTallies.close(slot, newTallyHead(3, 2), tallies(10_000));
    expect(outcome).to.equal("closed");
    expect(head.parts).to.not.include.oneOf(left);
    for (const { beacons } of await read(slot)) expect(beacons).to.equal(1);
  });

  it("lets one of two closers win, and tells the other what was closed", async () => {
    const closers = [
      { head: newTallyHead(11, 1), source: tallies(9_000) },
      { head: newTallyHead(12, 2), source: tallies(9_001) },
    ];
    const closings = await Promise.all(
      closers.map(({ head, source }) => store.slotTallies.close(slot, head, source)),
    );
    expect(closings.map(({ outcome }) => outcome).sort()).to.deep.equal(["closed", "different"]);
    const [first, second] = closings;
    expect(first?.head).to.deep.equal(second?.head);
    expect(closings.find(({ outcome }) => outcome === "different")).to.include({ field: "talliesRoot" });
    expect(await read(slot)).to.have.length(first?.head.closer === addressOf(1) ? 9_000 : 9_001);
  });

  it("lets two closers with the same record both be content", async () => {
    const closings = await Promise.all(
      [1, 2].map((closer) => store.slotTallies.close(slot, newTallyHead(13, closer), tallies(9_000))),
    );
    expect(closings.map(({ outcome }) => outcome).sort()).to.deep.equal(["closed", "same"]);
    expect(closings[0]?.head).to.deep.equal(closings[1]?.head);
  });

  it("refuses a part that is not what its id says, to write and to restore", async () => {
    const part = await firstPartOf(tallies(2));
    const wrong = { ...part, tallies: [newTally(1), newTally(3)] } as never;
    for (const write of [
      () => store.slotTallyParts.insert(wrong),
      () => store.slotTallyParts.restore([wrong]),
    ]) {
      expect(await refusal(write())).to.include({
        code: "STORE_DOCUMENT_INVALID",
        collection: "slot_tally_parts",
        field: "_id",
        found: "on write",
      });
    }
  });

  it("refuses a part that something else has put there, is missing or is another slot's", async () => {
    const insertHead = (number: number, parts: readonly string[]) =>
      store.engine.insert(
        slotTallies,
        [{ ...newTallyHead(1, 1), _id: number, entityCount: 1, parts, closedAt: 1 } as Document],
        false,
      );
    const part = await firstPartOf(tallies(1));
    const forged = { ...(part as Document), _id: hashOf(slot) };
    // Past the repository, as somebody with the database's password would.
    await store.engine.insert(slotTallyParts, [forged], false);
    await insertHead(slot, [hashOf(slot)]);
    expect(await refusal(read(slot))).to.include({ code: "STORE_DOCUMENT_INVALID", found: "on read" });

    await insertHead(1_000 + slot, [hashOf(404)]);
    expect(await refusal(read(1_000 + slot))).to.deep.equal({
      code: "STORE_TALLY_DAMAGED",
      slot: 1_000 + slot,
      reason: `part 1 of 1 (${hashOf(404)}) is missing`,
    });

    const [own = ""] = await leavePartsOf(tallies(2));
    await insertHead(2_000 + slot, [own]);
    expect(await refusal(read(2_000 + slot))).to.include({
      reason: `part 1 of 1 (${own}) is part 1 of slot ${slot}`,
    });
    await insertHead(3_000 + slot, []);
    expect(await refusal(read(3_000 + slot))).to.include({
      reason: "its parts hold 0 entities, its head says 1",
    });
  });

  it("refuses tallies that do not fit or are out of order, before any head", async () => {
    const wrong: [SlotTally[], string][] = [
      [[newTally(2), newTally(1)], "tally.entityId"],
      [[newTally(1), newTally(1)], "tally.entityId"],
      [[newTally(1, { bytes: -1 })], "tally.bytes"],
      [[{ ...newTally(1), bonus: 1 } as never], "tally.bonus"],
    ];
    for (const [source, field] of wrong) {
      const details = await refusal(store.slotTallies.close(slot, newTallyHead(1, 1), source));
      expect(details).to.include({ code: "STORE_DOCUMENT_INVALID", collection: "slot_tallies", field });
    }
    const partsBefore = await store.slotTallyParts.count();
    const badHead = { ...newTallyHead(1, 1), closerSig: "none" };
    expect(await refusal(store.slotTallies.close(slot, badHead, tallies(2)))).to.include({
      code: "STORE_DOCUMENT_INVALID",
      field: "closerSig",
    });
    expect(await store.slotTallyParts.count(), "a bad head writes no part").to.equal(partsBefore);
    expect(await store.slotTallies.get(slot)).to.equal(undefined);
  });

  it(`holds ${MANY} entities, written and read in bounded memory`, async function () {
    this.timeout(240_000);
    const heapGrowth = heapMeter();
    let highest = 0;
    let taken = 0;
    const written = createHash("sha256");
    function* metered() {
      for (const tally of tallies(MANY, { bytes: 2 ** 40, sessions: 12_345 })) {
        taken += 1;
        if (taken % SAMPLE_EVERY === 0) highest = Math.max(highest, heapGrowth());
        written.update(JSON.stringify(tally));
        yield tally;
      }
    }
    const { head } = await store.slotTallies.close(slot, newTallyHead(9, 1), metered());
    expect(head).to.deep.include({ entityCount: MANY });
    expect(head.parts.length).to.be.within(40, 80);

    const found = createHash("sha256");
    let entities = 0;
    for await (const tally of store.slotTallies.tallies(slot)) {
      entities += 1;
      if (entities % SAMPLE_EVERY === 0) highest = Math.max(highest, heapGrowth());
      found.update(JSON.stringify(tally));
    }
    expect(entities).to.equal(MANY);
    expect(found.digest("hex"), "every tally as it was, in order").to.equal(written.digest("hex"));
    expect(highest, "bytes of heap").to.be.below(MAX_HEAP_GROWTH);
  });
}
