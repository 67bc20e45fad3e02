import { expect } from "chai";
import { ConsensusError } from "../../../offchain/consensus/errors.ts";
import type { ConsensusState } from "../../../offchain/consensus/node/consensus-state.ts";
import { proofsRoot, talliesRoot } from "../../../offchain/consensus/node/record-roots.ts";
import { SLOTS_PER_EPOCH } from "../../../offchain/consensus/parameters.ts";
import { epochOf, slotAt } from "../../../offchain/consensus/slot-time.ts";
import { signMessage } from "../../../offchain/consensus/typed-data/sign-message.ts";
import { publicKeyOf } from "../../../offchain/consensus/vrf.ts";
import type { SlotTally, TaskProofDocument } from "../../../offchain/store/documents.ts";
import { eachDocument } from "../../../offchain/store/repositories/repository.ts";
import {
  ConsensusWorld,
  runTo as runStateTo,
  type WorldNode,
  type WorldSession,
  worldWallet,
} from "../../support/consensus-world.ts";
import { chance } from "../../support/random.ts";
import { rejection } from "../../support/rejection.ts";

/** The epoch ends with the 20th slot. */
const FIRST = 556 * SLOTS_PER_EPOCH - 20;
const LAST_OF_EPOCH = FIRST + 19;
const EPOCH = 555;
const closer = worldWallet("closer");
const other = worldWallet("other closer");

const runTo = (state: ConsensusState, last: number, by = closer) => runStateTo(state, last, by);

const talliesOf = async ({ store }: ConsensusWorld, slot: number) => {
  const tallies: SlotTally[] = [];
  for await (const tally of store.slotTallies.tallies(slot)) tallies.push(tally);
  return tallies;
};

/** Lets the primary take each slot before the next one is decided. */
async function takeByPrimary({ store }: ConsensusWorld, slot: number): Promise<void> {
  const { primary } = (await store.leaderSchedule.get(slot)) ?? {};
  if (primary === undefined) return;
  const window = { from: 0, until: Number.MAX_SAFE_INTEGER };
  await store.leaderSchedule.take(slot, { winner: primary, reason: "primary", window });
}

describe("the consensus state", function () {
  this.timeout(60_000);
  let world: ConsensusWorld;
  let nodes: WorldNode[];
  beforeEach(async () => {
    world = await ConsensusWorld.open(FIRST, 40);
    nodes = await Promise.all(["a", "b", "c"].map((name) => world.addNode(name)));
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const node = (place: number) => nodes[place] as WorldNode;
  const T = FIRST + 3;

  /** Beacons, storage answers and receipts of all nodes in a run of slots. */
  async function work(first: number, last: number): Promise<void> {
    const session = world.addSession(`session ${first}`, 3, 5_000, first - 1);
    for (let slot = first; slot <= last; slot += 1) {
      const proofs: Promise<TaskProofDocument>[] = [];
      for (const [place, one] of nodes.entries()) {
        if ((slot + place) % 4 !== 0) proofs.push(world.beacon(one, slot));
        for (let challenge = 0; challenge <= place; challenge += 1) {
          proofs.push(world.storage(one, slot, challenge));
        }
        if (slot - first === place) proofs.push(world.relay(one, slot, session, 9_000 + place));
        if (slot - first === place + 3) proofs.push(world.relay(one, slot, session, 8_000));
      }
      await world.put(...proofs);
    }
  }

  /** Closes a slot with proofs and tallies of a closer's own choice. */
  async function closeWith(slot: number, ids: readonly string[], tallies: readonly SlotTally[]) {
    const { domain } = await world.view();
    const roots = { proofCount: ids.length, proofsRoot: proofsRoot(ids), talliesRoot: talliesRoot(tallies) };
    const message = { slot, ...roots, entityCount: tallies.length };
    const closerSig = await signMessage(other, domain, { name: "SlotTally", message });
    const head = { ...roots, closer: other.address.toLowerCase(), closerSig };
    await world.store.slotTallies.close(slot, head, tallies);
  }

  /** What an honest closer would write about a slot, in a world of its own. */
  async function honest(slot: number) {
    const proofs: TaskProofDocument[] = [];
    for await (const proof of eachDocument((page) => world.store.taskProofs.bySlot(slot, page)))
      proofs.push(proof);
    const ids = proofs.map(({ _id }) => _id);
    return { proofs, ids };
  }

  it("is the same for two nodes, whoever closes, and for one that starts again", async () => {
    await work(FIRST + 3, FIRST + 12);
    const [first, second] = [await world.openState(), await world.openState()];
    for (let slot = FIRST; slot <= FIRST + 16; slot += 1) {
      const [one, two] = slot % 2 === 0 ? [first, second] : [second, first];
      await runTo(one, slot);
      await runTo(two, slot, other);
      await takeByPrimary(world, slot);
    }
    expect(await talliesOf(world, FIRST + 3)).to.have.length(3);
    const decided = await world.store.leaderSchedule.get(FIRST + 8);
    expect(decided?.primary).to.not.equal(undefined);

    const again = await world.openState();
    expect([again.nextToDecide, again.nextToClose]).to.deep.equal([first.nextToDecide, first.nextToClose]);
    await runTo(again, FIRST + 18);
    await runTo(first, FIRST + 18);
    await runTo(second, FIRST + 18);
    const { decision, stored, entity } = await again.explain(FIRST + 18, node(2).nodeId);
    expect(stored?.primary).to.equal(decision.candidates[0]?.entityId);
    expect(entity?.inWindow?.credits).to.be.greaterThan(0);
    expect([first, second, again].map(({ disagreement }) => disagreement)).to.deep.equal([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("counts the bytes of a session once, over slots, nodes of a pool and restarts", async () => {
    const pool = await world.addPool("pool");
    const members = [await world.addNode("m1", pool), await world.addNode("m2", pool)] as const;
    const session = world.addSession("relayed", 2, 5_000, T - 1);
    await world.put(
      world.relay(members[0], T, session, 6_000),
      world.relay(members[1], T, session, 6_000),
      world.relay(members[1], T + 1, session, 10_000),
      world.relay(node(0), T + 1, session, 4_000),
    );
    await world.put(world.relay(node(0), T + 2, session, 7_000));
    await runTo(await world.openState(), T + 3);
    expect(await talliesOf(world, T)).to.deep.include.members([
      {
        entityId: pool.address.toLowerCase(),
        sessions: 1,
        bytes: 10_000,
        storageProofs: 0,
        validationSignatures: 0,
        beacons: 0,
      },
    ]);
    expect(await talliesOf(world, T + 1)).to.have.length(1);
    // A process that did not see the slots before counts no byte twice either.
    const again = await world.openState();
    await runTo(again, T + 4);
    const [last] = await talliesOf(world, T + 2);
    expect(last).to.include({ entityId: node(0).nodeId, bytes: 6_000, sessions: 1 });
  });

  it("reports a proof that a closer left out, and goes on with the record", async () => {
    await work(T, T + 1);
    const pool = await world.addPool("pool");
    const members = [
      await world.addNode("m1", pool),
      await world.addNode("m2", pool),
      await world.addNode("m3", pool),
    ] as const;
    await world.put(...members.map((member) => world.beacon(member, T)));
    const left = [(await world.beacon(members[1], T))._id, (await world.storage(node(2), T, 1))._id];
    const { ids } = await honest(T);
    const state = await world.openState();
    await runTo(state, T + 1);
    const tallies = [...nodes.keys()].map((place) => ({
      entityId: node(place).nodeId,
      sessions: 0,
      bytes: place === 0 ? 9_000 : 0,
      storageProofs: place === 2 ? 2 : place + 1,
      validationSignatures: 0,
      beacons: (T + place) % 4 === 0 ? 0 : 1,
    }));
    const ofPool = {
      entityId: pool.address.toLowerCase(),
      sessions: 0,
      bytes: 0,
      storageProofs: 0,
      validationSignatures: 0,
      beacons: 2,
    };
    const sorted = [...tallies, ofPool].sort((a, b) => (a.entityId < b.entityId ? -1 : 1));
    await closeWith(
      T,
      ids.filter((one) => !left.includes(one)),
      sorted,
    );

    const closed = await state.closeSlot(T, closer);
    expect(closed.isOwn).to.equal(false);
    expect(closed.omittedCount).to.equal(2);
    expect([...closed.omitted].sort()).to.deep.equal([...left].sort());
    expect(world.log.filter(({ omittedCount }) => omittedCount === 2)).to.have.length(1);
    await runTo(state, LAST_OF_EPOCH + 3);
    // Whoever was not there decides the same, and finds the omission as well.
    const again = await world.openState();
    await runTo(again, LAST_OF_EPOCH + 4);
    await runTo(state, LAST_OF_EPOCH + 4);
    const [own, others] = [await state.checkpoint(EPOCH), await again.checkpoint(EPOCH)];
    expect(own).to.deep.equal(others);
    expect(own.hasOmissions).to.equal(true);
    expect(state.disagreement).to.equal(undefined);
  });

  it("refuses a record that holds what no proof supports", async () => {
    await work(T, T);
    const state = await world.openState();
    await runTo(state, T + 1);
    const { ids } = await honest(T);
    const invented = [
      {
        entityId: node(0).nodeId,
        sessions: 1,
        bytes: 0,
        storageProofs: 4,
        validationSignatures: 0,
        beacons: 0,
      },
    ];
    await closeWith(T, ids, invented);
    const { code, details } = await rejection(state.closeSlot(T, closer), ConsensusError);
    expect(code).to.equal("TALLY_DIFFERS");
    expect(details).to.include({ slot: T, closer: other.address.toLowerCase() });
    expect(state.disagreement?.code).to.equal("TALLY_DIFFERS");
    // It goes on observing.
    await runTo(state, LAST_OF_EPOCH + 3);
    expect((await rejection(state.checkpoint(EPOCH), ConsensusError)).code).to.equal("TALLY_DIFFERS");
    const again = await world.openState();
    await runTo(again, LAST_OF_EPOCH + 3);
    expect((await rejection(again.checkpoint(EPOCH), ConsensusError)).code).to.equal("TALLY_DIFFERS");
  });

  it("refuses a root of other proofs, and a head that its closer did not sign", async () => {
    await work(T, T + 1);
    const state = await world.openState();
    await runTo(state, T + 1);
    await closeWith(T, [`0x${"ab".repeat(32)}`], []);
    const first = await rejection(state.closeSlot(T, closer), ConsensusError);
    expect(first.message).to.include("its proofs root is not that of valid proofs");
    const head = { proofCount: 0, proofsRoot: proofsRoot([]), talliesRoot: talliesRoot([]) };
    const closerSig = `0x${"11".repeat(64)}1b`;
    await world.store.slotTallies.close(
      T + 1,
      { ...head, closer: other.address.toLowerCase(), closerSig },
      [],
    );
    const second = await rejection(state.closeSlot(T + 1, closer), ConsensusError);
    expect(second.message).to.include("its signature is not its closer's");
  });

  it("has those lead who sent a beacon where nobody has credits", async () => {
    await world.put(world.beacon(node(0), T));
    const state = await world.openState();
    await runTo(state, T + 2);
    const { decision } = await state.explain(T + 2);
    expect(decision.reason).to.deep.equal({ kind: "emergency", step: 3 });
    expect(decision.candidates.map(({ entityId }) => entityId)).to.deep.equal([node(0).nodeId]);
  });

  it("is decided by a node that starts again before every slot as by one that runs on", async () => {
    const pool = await world.addPool("pool");
    const members = await Promise.all(["m1", "m2", "m3"].map((name) => world.addNode(name, pool)));
    const [m1] = members as [WorldNode];
    const { wallet } = m1;
    const vrfPublicKey = `0x${Buffer.from(publicKeyOf(m1.vrfKey)).toString("hex")}`;
    await world.register(wallet, { sequence: 2, kind: "node", action: "change", vrfPublicKey }, FIRST + 12);
    await world.register(
      worldWallet("stranger"),
      { sequence: 1, kind: "pool", action: "register" },
      FIRST + 13,
    );
    const sessions = [1, 2, 3].map((number) => world.addSession(`s${number}`, 4, 3_000, FIRST + 2 * number));
    const random = chance(7).next;
    for (let slot = FIRST + 3; slot <= FIRST + 36; slot += 1) {
      const proofs: Promise<TaskProofDocument>[] = [];
      for (const one of [...nodes, ...members]) {
        const isAlone = one === m1 && slot >= FIRST + 14;
        const { poolId: _, ...single } = one;
        const by = isAlone ? single : one;
        if (random() < 0.7) proofs.push(world.beacon(by, slot));
        for (let challenge = 0; challenge < 4; challenge += 1) {
          if (random() < 0.3) proofs.push(world.storage(by, slot, challenge));
        }
        const session = sessions[Math.floor(random() * 3)] as WorldSession;
        if (random() < 0.2) proofs.push(world.relay(by, slot, session, 1 + Math.floor(random() * 6_000)));
      }
      await world.put(...proofs);
    }
    const running = await world.openState();
    for (let slot = FIRST; slot <= FIRST + 37; slot += 1) {
      const started = await world.openState();
      const [one, two] = random() < 0.5 ? [started, running] : [running, started];
      await Promise.all([runTo(one, slot), runTo(two, slot, other)]);
      if (random() < 0.8) await takeByPrimary(world, slot);
    }
    const reasons = new Set<string>();
    const winners = new Set<string>();
    let bytes = 0;
    for (let slot = FIRST; slot <= FIRST + 36; slot += 1) {
      const { result } = (await world.store.leaderSchedule.get(slot)) ?? {};
      reasons.add(result?.reason ?? "");
      winners.add(result?.winner ?? "");
      if (slot < FIRST + 36) for (const tally of await talliesOf(world, slot)) bytes += tally.bytes;
    }
    expect([...reasons]).to.include.members(["primary", "missed"]);
    expect(winners).to.include(pool.address.toLowerCase());
    expect(bytes).to.be.greaterThan(12_000);
    expect(await running.checkpoint(EPOCH)).to.deep.equal(await (await world.openState()).checkpoint(EPOCH));
  });

  it("lets expelled nodes earn nothing and lead nothing, and takes them back", async () => {
    world.setAdmitted(node(0).nodeId, false, T);
    world.setAdmitted(node(0).nodeId, true, T + 2);
    for (let slot = T; slot <= T + 3; slot += 1)
      await world.put(world.beacon(node(0), slot), world.beacon(node(1), slot));
    const state = await world.openState();
    await runTo(state, T + 5);
    const present = async (slot: number) => (await talliesOf(world, slot)).map(({ entityId }) => entityId);
    expect(await present(T)).to.have.length(2);
    expect(await present(T + 1)).to.deep.equal([node(1).nodeId]);
    expect(await present(T + 2)).to.deep.equal([node(1).nodeId]);
    expect(await present(T + 3)).to.have.length(2);
    const candidates = async (slot: number) => (await state.explain(slot)).decision.candidates.length;
    expect(await candidates(T + 2)).to.equal(2);
    expect(await candidates(T + 3)).to.equal(1);
    expect(await candidates(T + 5)).to.equal(2);
  });

  for (const transcript of [`{"slot":${T + 3}}`, "not JSON"]) {
    it(`stops at a decision that is not its own (${transcript}), and goes on observing`, async () => {
      await work(T, T + 1);
      const state = await world.openState();
      await runTo(state, T + 2);
      await state.closeSlot(T + 1, closer);
      await state.settleSlot(T + 2);
      await world.store.leaderSchedule.insert({
        _id: T + 3,
        slot: T + 3,
        fallbacks: [],
        transcript,
        transcriptHash: `0x${"00".repeat(32)}`,
      });
      const { code } = await rejection(state.decideSlot(T + 3), ConsensusError);
      expect(code).to.equal("DECISION_DIFFERS");
      expect(state.disagreement?.code).to.equal("DECISION_DIFFERS");
      await runTo(state, T + 5);
    });
  }

  it("takes slots in order, and nothing before its time", async () => {
    const state = await world.openState();
    const order = await rejection(state.decideSlot(FIRST + 1), ConsensusError);
    expect(order.details).to.include({ code: "SLOT_OUT_OF_ORDER", expected: FIRST });
    expect((await rejection(state.settleSlot(FIRST), ConsensusError)).code).to.equal("SLOT_UNDECIDED");
    await state.decideSlot(FIRST);
    expect((await rejection(state.decideSlot(FIRST + 1), ConsensusError)).code).to.equal("SLOT_UNSETTLED");
    await state.settleSlot(FIRST);
    await state.decideSlot(FIRST + 1);
    await state.settleSlot(FIRST + 1);
    expect((await rejection(state.decideSlot(FIRST + 2), ConsensusError)).code).to.equal("SLOT_OUT_OF_ORDER");
    expect((await rejection(state.closeSlot(FIRST + 1, closer), ConsensusError)).code).to.equal(
      "SLOT_OUT_OF_ORDER",
    );
    // The chain ends after 40 slots.
    await runTo(state, FIRST + 39);
    await state.settleSlot(FIRST + 39);
    await state.closeSlot(FIRST + 38, closer);
    await runTo(state, FIRST + 41).catch((error) => expect(error.code).to.equal("SLOT_HEAD_UNKNOWN"));
    expect(state.nextToDecide).to.be.within(FIRST + 40, FIRST + 42);
  });

  it("has one root of an epoch for every node, with the rows of the record", async () => {
    await work(T, LAST_OF_EPOCH - 1);
    const state = await world.openState();
    for (let slot = FIRST; slot <= LAST_OF_EPOCH + 2; slot += 1) {
      await runTo(state, slot);
      await takeByPrimary(world, slot);
    }
    const own = await state.checkpoint(EPOCH);
    expect(own.hasOmissions).to.equal(false);
    expect(own.rows).to.have.length(3);
    const again = await world.openState();
    expect(await again.checkpoint(EPOCH)).to.deep.equal(own);
    const [best] = own.rows;
    expect(await world.store.workTally.get(EPOCH, best?.entityId ?? "")).to.deep.include({
      credits: best?.credits,
      rank: 1,
    });
  });

  it("refuses an epoch's tally that somebody wrote before it", async () => {
    await work(T, T + 5);
    const state = await world.openState();
    await runTo(state, LAST_OF_EPOCH + 3);
    const entityId = `0x${"ee".repeat(20)}`;
    const row = { epoch: EPOCH, entityId, credits: 9, liveScore: { beacons: 1, slots: 1 }, rank: 9 };
    await world.store.workTally.insertMany([row]);
    const added = await rejection(state.checkpoint(EPOCH), ConsensusError);
    expect(added.details).to.deep.equal({ code: "WORK_TALLY_DIFFERS", epoch: EPOCH, entityId });
  });

  it("refuses an epoch's row with other credits", async () => {
    await work(T, T + 5);
    const state = await world.openState();
    await runTo(state, LAST_OF_EPOCH + 3);
    const { nodeId: entityId } = node(0);
    const row = { epoch: EPOCH, entityId, credits: 999, liveScore: { beacons: 1, slots: 1 }, rank: 1 };
    await world.store.workTally.insertMany([row]);
    const other = await rejection(state.checkpoint(EPOCH), ConsensusError);
    expect(other.details).to.deep.equal({ code: "WORK_TALLY_DIFFERS", epoch: EPOCH, entityId });
  });
});

describe("a state after a downtime", function () {
  this.timeout(60_000);
  const current = () => slotAt(Date.now());

  it("has hundreds of empty slots closed, decided and missed in seconds", async () => {
    const now = current();
    await using world = await ConsensusWorld.open(now - 720, 730);
    await world.addNode("a");
    const state = await world.openState();
    const started = performance.now();
    await state.catchUp(closer);
    expect(performance.now() - started).to.be.lessThan(20_000);
    expect(state.nextToDecide).to.be.at.least(now + 1);
    const missed = await world.store.leaderSchedule.get(now - 100);
    expect(missed?.result).to.include({ reason: "missed", detail: "nobody-present" });
    const { details } = await rejection(state.closeSlot(state.nextToClose, closer), ConsensusError);
    expect(details).to.include({ code: "SLOT_STILL_OPEN", action: "close", slot: state.nextToClose });
  });

  it("ends when it is told to, and goes on where it was", async () => {
    const now = current();
    await using world = await ConsensusWorld.open(now - 50, 60);
    const state = await world.openState();
    const stop = new AbortController();
    stop.abort(new Error("stopped"));
    expect((await rejection(state.catchUp(closer, stop.signal), Error)).message).to.equal("stopped");
    await state.catchUp(closer);
    expect(state.nextToDecide).to.be.at.least(now + 1);
  });

  it("forgets what leaves the window, and is built again from it", async () => {
    const now = current();
    const first = now - 5_200;
    await using world = await ConsensusWorld.open(first, 5_210);
    const [a, b, c] = await Promise.all(["a", "b", "c"].map((name) => world.addNode(name)));
    for (let slot = first + 3; slot < first + 60; slot += 1) {
      await world.put(world.beacon(a as WorldNode, slot));
    }
    const old = world.addSession("old", 2, 5_000, first + 10);
    await world.put(
      world.relay(a as WorldNode, first + 12, old, 10_000),
      // Registered more than a window ago.
      world.relay(b as WorldNode, now - 30, old, 3_000),
    );
    const session = world.addSession("new", 2, 5_000, now - 100);
    for (let slot = now - 99; slot < now - 90; slot += 1) {
      await world.put(
        world.relay(c as WorldNode, slot, session, 1_500),
        world.storage(b as WorldNode, slot, 0),
      );
    }
    const state = await world.openState();
    await state.catchUp(closer);
    const again = await world.openState();
    const slot = state.nextToDecide - 1;
    const inWindow = async (node: WorldNode) => (await again.explain(slot, node.nodeId)).entity?.inWindow;
    expect(await inWindow(a as WorldNode)).to.deep.equal({ credits: 0, beacons: 0, slots: 5_040 });
    expect(await inWindow(b as WorldNode)).to.deep.equal({ credits: 9, beacons: 0, slots: 5_040 });
    expect(await inWindow(c as WorldNode)).to.deep.equal({ credits: 7, beacons: 0, slots: 5_040 });
    const { decision, stored } = await again.explain(slot);
    expect(decision.candidates[0]?.entityId).to.equal(stored?.primary);
    const epoch = epochOf(slot) - 1;
    expect(await again.checkpoint(epoch)).to.deep.equal(await state.checkpoint(epoch));
    expect(await again.checkpoint(epoch - 3)).to.have.property("hasOmissions", undefined);
  });
});
