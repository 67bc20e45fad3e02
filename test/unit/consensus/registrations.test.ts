import { expect } from "chai";
import { addressOf, hashOf, newNodeRecord } from "../../../devnet/store-documents.ts";
import { PAYOUT_ADDRESS_DELAY_SLOTS } from "../../../offchain/consensus/parameters.ts";
import { admittedEntities } from "../../../offchain/consensus/rules/admission.ts";
import { entityOutputs } from "../../../offchain/consensus/rules/entity-outputs.ts";
import { entityOf, registrationsAt } from "../../../offchain/consensus/rules/registrations.ts";
import { registrationsHash } from "../../../offchain/consensus/rules/registrations-hash.ts";
import { seedHash } from "../../../offchain/consensus/rules/seed-hash.ts";
import { slotStart } from "../../../offchain/consensus/slot-time.ts";
import type { NodeDocument } from "../../../offchain/store/documents.ts";

const SLOT = 1_000;
const [NODE, MEMBER, POOL] = [addressOf(1), addressOf(2), addressOf(9)];
const [TRON_A, TRON_B] = ["T".padEnd(34, "a"), "T".padEnd(34, "b")];

let ids = 0;
/** A record that was stamped `at` slots after SLOT; each has another id. */
function record(
  address: number,
  sequence: number,
  at: number,
  changes: Partial<NodeDocument> = {},
): NodeDocument {
  ids += 1;
  const stamped = { ...newNodeRecord(ids, address, sequence), ts: slotStart(SLOT + at) };
  return { ...stamped, tronAddress: TRON_A, ...changes };
}
const pool = (sequence: number, at: number, changes: Partial<NodeDocument> = {}) => {
  const { vrfPublicKey: _, ...own } = record(9, sequence, at, { kind: "pool", ...changes });
  return own as NodeDocument;
};
const joins = { poolId: POOL, poolSig: `0x${"11".repeat(65)}` };
const reasonsOf = (records: NodeDocument[], slot = SLOT + 100) =>
  registrationsAt(records, slot).ignored.map(({ reason }) => reason);
const without = (own: NodeDocument, field: keyof NodeDocument) => {
  const { [field]: _, ...rest } = own;
  return rest as NodeDocument;
};

describe("registrations", () => {
  it("are in force two slots after the slot of their stamp", () => {
    const last = { ...record(1, 1, 0), ts: slotStart(SLOT + 1) - 1 };
    for (const own of [record(1, 1, 0), last]) {
      expect(registrationsAt([own], SLOT + 1).inForce.size).to.equal(0);
      expect([...registrationsAt([own], SLOT + 2).inForce.keys()]).to.deep.equal([NODE]);
    }
  });

  it("change and end as the records say, whole", () => {
    const records = [
      record(2, 1, 0, joins),
      record(2, 3, 10, { action: "change", vrfPublicKey: hashOf(77) }),
      record(2, 4, 20, { action: "leave" }),
    ];
    const at = (slot: number) => registrationsAt(records, SLOT + slot).inForce.get(MEMBER);
    expect(at(11)).to.include({ sequence: 1, poolId: POOL });
    expect(at(12)).to.deep.equal({
      address: MEMBER,
      kind: "node",
      sequence: 3,
      vrfPublicKey: hashOf(77),
    });
    expect(at(22)).to.equal(undefined);
  });

  it("are the same whatever order the records are read in", () => {
    const records = [
      pool(1, 0),
      record(1, 1, 0, joins),
      record(1, 2, 0, { action: "leave" }),
      record(1, 3, 0, joins),
      record(2, 5, 3),
      record(2, 4, 9, { action: "leave" }),
      record(2, 9, 9, { action: "change", ...joins }),
    ];
    const expected = registrationsAt(records, SLOT + 20);
    for (let turn = 0; turn < records.length; turn += 1) {
      const turned = [...records.slice(turn), ...records.slice(0, turn)];
      for (const order of [turned, turned.toReversed()]) {
        expect(registrationsAt([...order, ...order], SLOT + 20)).to.deep.equal(expected);
        expect(registrationsHash(registrationsAt(order, SLOT + 20))).to.equal(registrationsHash(expected));
      }
    }
    expect(expected.inForce.get(NODE)).to.include({ sequence: 3, poolId: POOL });
    expect(expected.members.get(POOL)).to.deep.equal([NODE, MEMBER]);
  });

  it("let no old record come back, though it was never stored before", () => {
    const records = [record(1, 5, 0), record(1, 4, 9, { action: "leave" })];
    expect(registrationsAt(records, SLOT + 50).inForce.get(NODE)).to.include({ sequence: 5 });
    expect(reasonsOf(records)).to.deep.equal(["sequence-superseded"]);
  });

  it("take the first of two records with one sequence", () => {
    const [first, second] = [record(1, 5, 0), record(1, 5, 1, { action: "change", ...joins })];
    expect(registrationsAt([second, first], SLOT + 50).inForce.get(NODE)).to.not.have.property("poolId");
    expect(reasonsOf([second, first])).to.deep.equal(["sequence-used"]);
  });

  it("ignore what makes no sense, and say why", () => {
    const cases: [string, NodeDocument[]][] = [
      ["not-registered", [record(1, 1, 0, { action: "change" })]],
      ["not-registered", [record(1, 1, 0, { action: "leave" })]],
      ["already-registered", [record(1, 1, 0), record(1, 2, 1)]],
      ["kind-differs", [record(1, 1, 0), record(1, 2, 1, { kind: "pool", action: "change" })]],
      ["vrf-key-missing", [without(record(1, 1, 0), "vrfPublicKey")]],
      ["tron-address-missing", [without(record(1, 1, 0), "tronAddress")]],
      ["pool-signature-missing", [record(1, 1, 0, { poolId: POOL })]],
      ["pool-in-pool", [record(1, 1, 0, { ...joins, poolId: NODE })]],
      ["pool-in-pool", [pool(1, 0, { ...joins, poolId: NODE })]],
    ];
    for (const [reason, records] of cases) expect(reasonsOf(records), reason).to.deep.equal([reason]);
  });

  it("use no sequence up with a record that is ignored", () => {
    const records = [record(1, 2, 0, { action: "change" }), record(1, 1, 1)];
    expect(reasonsOf(records)).to.deep.equal(["not-registered"]);
    expect(registrationsAt(records, SLOT + 9).inForce.has(NODE)).to.equal(true);
  });
});

describe("payout addresses", () => {
  const inUse = (records: NodeDocument[], slot: number) =>
    registrationsAt(records, slot).payouts.get(NODE)?.inUse;
  const FROM = SLOT + 2 + PAYOUT_ADDRESS_DELAY_SLOTS;

  it("are used 2,160 slots after their record takes effect", () => {
    const records = [record(1, 1, 0), record(1, 2, 5_000, { action: "change", tronAddress: TRON_B })];
    expect(inUse(records, FROM - 1)).to.equal(undefined);
    expect(inUse(records, FROM)).to.equal(TRON_A);
    expect(inUse(records, FROM + 4_999)).to.equal(TRON_A);
    expect(inUse(records, FROM + 5_000)).to.equal(TRON_B);
  });

  it("do not start to wait again with a change of something else", () => {
    const records = [record(1, 1, 0), record(1, 2, 100, { action: "change", ...joins })];
    expect(inUse(records, FROM)).to.equal(TRON_A);
  });

  it("stay as they were when their owner takes a change back in time", () => {
    const records = [
      record(1, 1, 0),
      record(1, 2, 5_000, { action: "change", tronAddress: TRON_B }),
      record(1, 3, 5_100, { action: "change" }),
    ];
    expect(registrationsAt(records, FROM + 9_000).payouts.get(NODE)).to.deep.equal({ inUse: TRON_A });
  });

  it("are not changed faster by leaving and registering again, and outlast leaving", () => {
    const records = [
      record(1, 1, 0),
      record(1, 2, 5_000, { action: "leave" }),
      record(1, 3, 5_001, { tronAddress: TRON_B }),
    ];
    expect(inUse(records.slice(0, 2), SLOT + 6_000)).to.equal(TRON_A);
    expect(inUse(records, FROM + 5_000)).to.equal(TRON_A);
    expect(inUse(records, FROM + 5_001)).to.equal(TRON_B);
  });
});

describe("pools", () => {
  const records = [pool(1, 0), pool(2, 10, { action: "leave" }), record(1, 1, 0), record(2, 1, 0, joins)];

  it("are the entity of their members while they are registered", () => {
    const before = registrationsAt(records, SLOT + 11);
    expect([NODE, MEMBER].map((node) => entityOf(before, node))).to.deep.equal([NODE, POOL]);
    expect(before.members.get(POOL)).to.deep.equal([MEMBER]);
    const after = registrationsAt(records, SLOT + 12);
    expect(entityOf(after, MEMBER)).to.equal(MEMBER);
    expect(after.members.size).to.equal(0);
  });

  it("are not made of a node that others name as their pool", () => {
    const registrations = registrationsAt([record(9, 1, 0), record(2, 1, 0, joins)], SLOT + 5);
    expect(entityOf(registrations, MEMBER)).to.equal(MEMBER);
  });

  it("are admitted through a member", () => {
    const registrations = registrationsAt(records, SLOT + 5);
    const admittedBy = (...nodes: string[]) =>
      [...admittedEntities(registrations, (node) => nodes.includes(node))].sort();
    expect(admittedBy(MEMBER)).to.deep.equal([POOL]);
    expect(admittedBy(NODE, MEMBER)).to.deep.equal([NODE, POOL]);
    expect(admittedBy(POOL)).to.deep.equal([]);
  });

  it("draw with the output of the member with the lowest seed hash alone", () => {
    const registrations = registrationsAt(
      [pool(1, 0), record(1, 1, 0), ...[2, 3, 4].map((node) => record(node, 1, 0, joins))],
      SLOT + 5,
    );
    const seed = hashOf(5);
    const members = [2, 3, 4].map(addressOf);
    const drawn = members.toSorted((a, b) => (seedHash(seed, a) < seedHash(seed, b) ? -1 : 1))[0] as string;
    const all = new Map([NODE, ...members].map((node, at) => [node, hashOf(at)]));
    expect(entityOutputs(seed, all, registrations)).to.deep.equal(
      new Map([
        [NODE, all.get(NODE)],
        [POOL, all.get(drawn)],
      ]),
    );
    all.delete(drawn);
    expect(entityOutputs(seed, all, registrations).has(POOL)).to.equal(false);
  });
});
