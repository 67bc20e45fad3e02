import { assert } from "chai";
import type { z } from "zod";
import { SHAPES } from "../support/json-shapes.ts";
import { runJson } from "../support/run-task.ts";

type Demo = z.infer<typeof SHAPES.demo>;
type Slot = Demo["poot"]["slots"][number];

describe("the demo, as a process", function () {
  this.timeout(300_000);
  let demo: Demo;
  let byLeader: ReadonlyMap<string | undefined, Slot>;

  before(async () => {
    demo = SHAPES.demo.parse(await runJson(["demo"], {}));
    byLeader = new Map(demo.poot.slots.map((slot) => [slot.leader, slot]));
  });

  const creditsOf = (entity: string) => {
    const row = demo.poot.credits.find((one) => one.entity === entity);
    assert.isDefined(row, entity);
    return row as Demo["poot"]["credits"][number];
  };

  it("verifies every session, opens one, and finds the flipped byte", () => {
    assert.deepEqual(demo.failures, []);
    assert.deepEqual(
      demo.sessions.map(({ mode, verified }) => `${mode} ${verified}`),
      ["single yes", "single yes", "batch yes", "batch yes", "tree yes", "tree yes"],
    );
    assert.isTrue(demo.opened && demo.flippedByteFound);
  });

  it("has every slot decided, across the end of the epoch, and nobody leading twice", () => {
    const { slots, epoch } = demo.poot;
    const [first] = slots as [Slot];
    assert.deepEqual(
      slots.map(({ slot }) => slot - first.slot),
      Array.from({ length: 15 }, (_, place) => place),
    );
    assert.include(
      slots.map(({ slot }) => slot),
      (epoch + 1) * 720,
      "the first slot of the next epoch",
    );
    const leaders = slots.flatMap(({ leader }) => leader ?? []);
    assert.equal(new Set(leaders).size, leaders.length);
    assert.deepEqual(
      slots.map(({ kind }) => kind === "missed"),
      slots.map((_, place) => place < 4),
      "nobody has credits, or a beacon that counts, in the first four slots",
    );
  });

  it("lets elected leaders anchor the queued sessions, each in a slot of its own", () => {
    const published = demo.poot.slots.map(({ sessions }) => sessions);
    assert.deepEqual(
      published.map(({ length }) => length),
      [0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0],
    );
    assert.equal(new Set(published.flat()).size, 6);
  });

  it("refuses the block of the leader that woke up too late, and no other", () => {
    const late = byLeader.get("late");
    assert.equal(late?.kind, "primary");
    const without = demo.poot.slots.filter(
      ({ leader, block }) => leader !== undefined && block === undefined,
    );
    assert.deepEqual(without, [late]);
  });

  it("has a fallback in place of the leader that did not answer, which leads the next slot", () => {
    const fallbacks = demo.poot.slots.filter(({ kind }) => kind === "fallback");
    assert.deepEqual(
      fallbacks.map(({ leader }) => leader),
      ["north-a"],
    );
    assert.equal(byLeader.get("silent")?.slot, (fallbacks[0]?.slot ?? 0) + 1);
  });

  it("counts no relay work that was invented", () => {
    assert.deepEqual(demo.poot.refusals, { SIGNER_NOT_OWNER: 2, SESSION_NOT_REGISTERED: 1 });
    assert.equal(creditsOf("inventor").relay, 0);
    assert.deepEqual(
      ["late", "silent", "north-a", "expelled"].map((entity) => creditsOf(entity).relay),
      [4, 3, 2, 1],
    );
  });

  it("gives about half the storage credits for half the chunks, and three nodes' to the pool", () => {
    const { storage: all } = creditsOf("north-a");
    assert.equal(all, 44);
    assert.equal(creditsOf("pool").storage, 3 * all);
    assert.isBelow(creditsOf("half").storage, 0.9 * all);
    assert.isAbove(creditsOf("half").storage, 0.1 * all);
  });

  it("counts nothing of the expelled node after the slot in which it lost its role", () => {
    const first = demo.poot.slots[0]?.slot ?? 0;
    const slotsWithProofs = (byLeader.get("expelled")?.slot ?? 0) - first - 1;
    const { beacons, storage } = creditsOf("expelled");
    assert.deepEqual([beacons, storage], [slotsWithProofs, 4 * slotsWithProofs]);
    assert.isBelow(beacons, creditsOf("north-a").beacons);
  });

  it("has one root attested by every node but the expelled one, over credits that add up", () => {
    const { nodes, attesters, root, credits } = demo.poot;
    assert.deepEqual([nodes, attesters], [20, 19]);
    assert.isDefined(root);
    for (const { entity, relay, storage, validations, credits: total } of credits)
      assert.equal(relay + storage + validations, total, entity);
    assert.deepEqual(
      credits.map(({ rank }) => rank),
      credits.map((_, place) => place + 1),
    );
    assert.equal(credits.length, 18, "seventeen nodes and a pool of three");
  });

  it("explains why two nodes did not lead", () => {
    const [half, expelled] = demo.poot.explained;
    assert.match(half?.sentence ?? "", /^half is not a candidate: it ranks (\d+) of \1, and four are\./);
    assert.sameMembers(expelled?.exclusions ?? [], ["not-admitted", "cooldown"]);
  });

  const payoutOf = (entity: string) => {
    const row = demo.payouts.rows.find((one) => one.entity === entity);
    assert.isDefined(row, entity);
    return row as Demo["payouts"]["rows"][number];
  };

  it("divides the month's budget by the attested credits, to the last micro-USDT", () => {
    const { rows, budget, month } = demo.payouts;
    assert.equal(month, "2026-11");
    assert.sameMembers(
      rows.map(({ entity, credits }) => `${entity} ${credits}`),
      demo.poot.credits.map(({ entity, credits }) => `${entity} ${credits}`),
    );
    const sum = rows.reduce((total, { amount }) => total + BigInt(amount), 0n);
    assert.equal(sum, BigInt(budget));
    const credits = rows.reduce((total, row) => total + BigInt(row.credits), 0n);
    for (const { entity, amount, credits: own } of rows) {
      const exact = BigInt(budget) * BigInt(own);
      const difference = BigInt(amount) * credits - exact;
      assert.isTrue(difference < credits && difference > -credits, entity);
    }
  });

  it("pays everybody but who lacks KYC and whose row was changed, and says why", () => {
    const { rows, paid, budget } = demo.payouts;
    const [held, refused] = [payoutOf("silent"), payoutOf("inventor")];
    assert.deepInclude(held, { status: "held", error: "kyc" });
    assert.equal(refused.status, "refused");
    assert.match(refused.error ?? "", /proof does not lead to the root/);
    const others = rows.filter((row) => row !== held && row !== refused);
    assert.isTrue(others.every(({ status, txid }) => status === "confirmed" && txid !== undefined));
    assert.isUndefined(held.txid);
    assert.isUndefined(refused.txid);
    assert.equal(BigInt(paid), BigInt(budget) - BigInt(held.amount) - BigInt(refused.amount));
    assert.isAbove(Number(demo.payouts.fees), 0);
  });

  it("reconciles store, routers, ledger and token without a difference", () => {
    assert.deepEqual(demo.payouts.differences, []);
  });

  it("leads one payee from its row to the root that nodes attested", () => {
    const { entity, credits, amount, attestations, checks } = demo.payouts.explained;
    assert.deepEqual([entity, credits, amount], ["half", payoutOf("half").credits, payoutOf("half").amount]);
    assert.equal(attestations, demo.poot.attesters);
    assert.deepEqual(
      checks.map(({ check, holds }) => `${check} ${holds}`).sort(),
      ["approver", "attestations", "credits", "planner", "row", "store"].map((check) => `${check} true`),
    );
  });

  it("audits everything, and finds the row that was changed and nothing else", () => {
    const { counts, findings } = demo.audit;
    assert.deepEqual(
      findings.map(({ code, place, consequences }) => ({ code, place, consequences })),
      [
        {
          code: "PAYOUT_DIFFERS",
          place: { month: "2026-11", payoutId: payoutOf("inventor").payoutId, field: "usdt_amount" },
          consequences: undefined,
        },
      ],
    );
    assert.equal(findings[0]?.expected, payoutOf("inventor").amount);
    assert.include(counts, { slots: 15, sessions: 12, "recorded chunks": 23, statements: 1 });
  });

  it("names the one fault that was planted", () => {
    const { slot, findings } = demo.audit.planted;
    assert.deepEqual(
      findings.map(({ code, place }) => `${code} ${place.slot}`),
      [`TALLY_UNSUPPORTED ${slot}`],
    );
  });
});
