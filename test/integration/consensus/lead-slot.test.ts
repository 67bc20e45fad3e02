import { setTimeout as sleep } from "node:timers/promises";
import { assert } from "chai";
import hre from "hardhat";
import { localKey } from "../../../devnet/anvil.ts";
import { sealedSessions } from "../../../devnet/sealed-sessions.ts";
import { queueSessions } from "../../../offchain/anchoring/queue-sessions.ts";
import { checkBlock } from "../../../offchain/consensus/node/check-block.ts";
import { enterAnchors } from "../../../offchain/consensus/node/enter-anchors.ts";
import type { LeadOutcome } from "../../../offchain/consensus/node/lead-outcome.ts";
import { blocksBefore } from "../../../offchain/consensus/node/recent-blocks.ts";
import { blockHash, NO_BLOCK, parseBlockBody } from "../../../offchain/consensus/rules/block-record.ts";
import { slotStart } from "../../../offchain/consensus/slot-time.ts";
import { EvmError } from "../../../offchain/evm/errors.ts";
import type { SealedSession } from "../../../offchain/sessions/sealed-session.ts";
import { sessionCommitment } from "../../../offchain/sessions/session.ts";
import { StoreError } from "../../../offchain/store/errors.ts";
import { EvmChain, needAnvil, startProcess } from "../../support/evm-chain.ts";
import { FIRST_SLOT, nodeOf, SlotWorld } from "../../support/slot-world.ts";

const summaryOf = (outcome: LeadOutcome) =>
  outcome.kind === "led" ? `led ${outcome.sessions}` : `${outcome.kind} ${outcome.reason}`;

const listedOf = (sessions: readonly SealedSession[]) =>
  sessions.map(({ manifest, session }) => [manifest.sessionId, sessionCommitment(session)] as const);

describe("leading a slot, on a chain in this process", function () {
  this.timeout(60_000);
  let world: SlotWorld;
  beforeEach(async () => {
    world = await SlotWorld.start(hre);
  });
  afterEach(async () => {
    await world[Symbol.asyncDispose]();
  });

  const recordOf = async (slot: number) => {
    const { block } = (await world.store.leaderSchedule.get(slot)) ?? {};
    return block && parseBlockBody(block.body).record;
  };

  it("publishes what is queued, oldest first, in one transaction, and writes the signed block", async () => {
    const sessions = await world.queue("published", 3);
    const decision = await world.begin(FIRST_SLOT);
    const outcome = await world.lead(decision);
    assert.equal(summaryOf(outcome), "led 3");
    const stored = await world.store.leaderSchedule.get(FIRST_SLOT);
    assert.equal(stored?.block?.signer, world.first.nodeId);
    assert.equal(stored?.block?.hash, blockHash(stored?.block?.body ?? ""));
    assert.deepEqual(await recordOf(FIRST_SLOT), {
      slot: FIRST_SLOT,
      previous: NO_BLOCK,
      winner: world.first.nodeId,
      reason: "primary",
      transcriptHash: decision.transcriptHash,
      txid: outcome.kind === "led" ? outcome.txid : "",
      sessions: listedOf(sessions),
    });
    assert.deepEqual(
      await world.registrationsOnChain(),
      sessions.map(({ session }) => session.sessionId),
    );
    assert.equal(await enterAnchors(FIRST_SLOT, world.modules), 3);
    const entry = await world.store.sessions.get(sessions[0]?.manifest.sessionId ?? "");
    assert.deepInclude(entry, { status: "anchored", anchor_mode: "batch" });
    assert.equal(entry?.anchor_txid, outcome.kind === "led" ? outcome.txid : "");
    assert.equal(await enterAnchors(FIRST_SLOT, world.modules), 0, "again, nothing is left");
  });

  it("writes a block also when nothing is pending, and links to the last one there is", async () => {
    await world.lead(await world.begin(FIRST_SLOT));
    await world.begin(FIRST_SLOT + 1);
    assert.equal(summaryOf(await world.lead(await world.begin(FIRST_SLOT + 2))), "led 0");
    const first = await world.store.leaderSchedule.get(FIRST_SLOT);
    const record = await recordOf(FIRST_SLOT + 2);
    assert.equal(record?.previous, first?.block?.hash);
    assert.deepEqual(record?.sessions, []);
    assert.notProperty(record, "txid");
  });

  it("takes the slot within a candidate's window, and not outside it", async () => {
    const decision = await world.begin(FIRST_SLOT);
    const start = slotStart(FIRST_SLOT);
    world.clock.set(start + 10_000);
    assert.equal(summaryOf(await world.lead(decision, world.second)), "not-taken window-over");
    world.clock.set(start + 5_000);
    assert.equal(summaryOf(await world.lead(decision, world.first)), "not-taken window-over");
    world.clock.set(start + 4_999);
    const waiting = world.lead(decision, world.second);
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.isUndefined((await world.store.leaderSchedule.get(FIRST_SLOT))?.result, "not its turn yet");
    world.clock.set(start + 5_000);
    assert.equal(summaryOf(await waiting), "led 0");
    const { result } = (await world.store.leaderSchedule.get(FIRST_SLOT)) ?? {};
    assert.deepEqual(result, {
      winner: world.second.nodeId,
      reason: "fallback",
      takenAt: start + 5_000,
    });
  });

  it("waits by the store's clock where its own is ahead", async () => {
    const decision = await world.begin(FIRST_SLOT);
    world.clock.set(slotStart(FIRST_SLOT) - 2_000);
    const ahead = {
      now: () => world.clock.now() + 20_000,
      sleepUntil: (time: number, signal?: AbortSignal) => world.clock.sleepUntil(time - 20_000, signal),
    };
    const waiting = world.lead(decision, world.first, { clock: ahead });
    await new Promise((resolve) => setTimeout(resolve, 50));
    world.clock.set(slotStart(FIRST_SLOT));
    assert.equal(summaryOf(await waiting), "led 0");
  });

  it("has one winner of two that come at the same time, and one block", async () => {
    await world.queue("contested", 2);
    const pool = world.outsider.nodeId;
    world.register(pool, { kind: "pool" });
    for (const { nodeId } of [world.first, world.second]) world.register(nodeId, { poolId: pool });
    const decision = await world.begin(FIRST_SLOT, [pool]);
    const outcomes = await Promise.all([
      world.lead(decision, world.first),
      world.lead(decision, world.second),
    ]);
    assert.sameMembers(outcomes.map(summaryOf), ["led 2", "not-taken taken"]);
    const stored = await world.store.leaderSchedule.get(FIRST_SLOT);
    assert.equal(stored?.result?.winner, pool);
    const leader = outcomes[0]?.kind === "led" ? world.first : world.second;
    assert.equal(stored?.block?.signer, leader.nodeId, "the member that led signs");
    assert.lengthOf(await world.registrationsOnChain(), 2);
  });

  it("is left to others by whoever is no candidate, is not admitted, or comes after it was missed", async () => {
    const { first, second, outsider } = world;
    const decision = await world.begin(FIRST_SLOT, [first.nodeId, outsider.nodeId]);
    assert.equal(summaryOf(await world.lead(decision, second)), "not-taken not-candidate");
    assert.equal(summaryOf(await world.lead(decision, outsider)), "not-taken not-acting");
    await world.store.leaderSchedule.miss(FIRST_SLOT, "nobody came");
    assert.equal(summaryOf(await world.lead(decision, first)), "not-taken missed");
  });

  it("writes nothing where it was stopped after the take and woken up after the deadline", async () => {
    await world.queue("stopped", 1);
    const late = slotStart(FIRST_SLOT) + 60_000;
    const stopped = {
      // The first thing that a leader does after the take is to look at its clock.
      now: () => {
        world.clock.set(late);
        return late;
      },
      sleepUntil: (time: number, signal?: AbortSignal) =>
        time <= late ? new Promise<void>(() => undefined) : world.clock.sleepUntil(time, signal),
    };
    const outcome = await world.lead(await world.begin(FIRST_SLOT), world.first, { clock: stopped });
    assert.equal(summaryOf(outcome), "taken-without-block deadline-over");
    const stored = await world.store.leaderSchedule.get(FIRST_SLOT);
    assert.equal(stored?.result?.winner, world.first.nodeId, "the slot is taken");
    assert.isUndefined(stored?.block);
    assert.isEmpty(await world.registrationsOnChain(), "and nothing was published");

    assert.equal(
      summaryOf(await world.lead(await world.begin(FIRST_SLOT + 1))),
      "led 1",
      "the next one does",
    );
  });

  it("is refused the block by the store where only the write comes too late", async () => {
    const domain = { ...world.domain };
    const decision = await world.begin(FIRST_SLOT);
    // The domain is read last, to sign the block.
    const slow = Object.defineProperty({ ...domain }, "anchors", {
      get: () => {
        world.clock.set(slotStart(FIRST_SLOT) + 60_000);
        return domain.anchors;
      },
    });
    const outcome = await world.lead(decision, world.first, { domain: slow });
    assert.equal(summaryOf(outcome), "taken-without-block deadline-over");
    assert.isUndefined((await world.store.leaderSchedule.get(FIRST_SLOT))?.block);
  });

  it("publishes once what a crashed winner left pending, and enters what it published without a block", async () => {
    const published = await world.queue("crashed", 2);
    const decision = await world.begin(FIRST_SLOT);
    // It took the slot, published, and crashed before the block.
    const window = { from: slotStart(FIRST_SLOT), until: slotStart(FIRST_SLOT) + 5_000 };
    const { first, second, chain } = world;
    await world.store.leaderSchedule.take(FIRST_SLOT, { winner: first.nodeId, reason: "primary", window });
    await chain.anchors.registerSessions(first.wallet, [published[0]?.session as never]);
    assert.equal(decision.slot, FIRST_SLOT);

    const next = await world.begin(FIRST_SLOT + 1, [second.nodeId, first.nodeId]);
    assert.equal(summaryOf(await world.lead(next, second)), "led 1");
    const third = await world.begin(FIRST_SLOT + 2, [first.nodeId, second.nodeId]);
    assert.equal(summaryOf(await world.lead(third, first)), "led 0");
    assert.deepEqual(
      await world.registrationsOnChain(),
      published.map(({ session }) => session.sessionId),
      "each once",
    );
    assert.deepEqual(await world.statuses(published), ["anchored", "anchored"]);
    assert.lengthOf(await blocksBefore(world.store, FIRST_SLOT + 3, 5), 2);
  });

  it("leaves alone trees that somebody intends, and what no owner signed", async () => {
    const [tree, forged, good] = await world.queue("left", 3);
    const move = (session: typeof tree, anchor: object) =>
      world.store.sessions
        .move(session?.manifest.sessionId ?? "", "pending", "sealed")
        .then(() =>
          world.store.sessions.move(session?.manifest.sessionId ?? "", "sealed", "pending", anchor),
        );
    await move(tree, { tree_root: good?.manifestHash, tree_index: 0, tree_proof: [] });
    // Whoever may write to the store may enter anything.
    const entry = (await world.store.sessions.get(forged?.manifest.sessionId ?? "")) as never as object;
    const { created_at: _c, updated_at: _u, ...rest } = entry as Record<string, unknown>;
    const alien = { ...rest, _id: "00000000-0000-4000-8000-000000000001" };
    await world.store.sessions.insert(alien as never);
    assert.equal(summaryOf(await world.lead(await world.begin(FIRST_SLOT))), "led 2");
    assert.deepEqual(
      (await recordOf(FIRST_SLOT))?.sessions.map(([sessionId]) => sessionId),
      [forged?.manifest.sessionId, good?.manifest.sessionId],
    );
  });

  it("writes its block once where the store's answer is lost", async () => {
    const { leaderSchedule } = world.store;
    const { addBlock } = leaderSchedule;
    let attempts = 0;
    leaderSchedule.addBlock = async (...args) => {
      attempts += 1;
      const added = await addBlock.apply(leaderSchedule, args);
      if (attempts > 1) return added;
      throw new StoreError({ code: "STORE_OUTCOME_UNKNOWN", collection: "leader_schedule", reason: "late" });
    };
    const leading = world.lead(await world.begin(FIRST_SLOT));
    while (attempts === 0) await sleep(5);
    world.clock.set(world.clock.now() + 1_000);
    assert.equal(summaryOf(await leading), "led 0");
    assert.equal(attempts, 2);
    assert.equal((await checkBlock(FIRST_SLOT, world.modules)).verdict, "valid");
  });

  it("publishes a backlog in the order of its age, as many a slot as half a block takes", async () => {
    const backlog = await sealedSessions("backlog", 1_200);
    await queueSessions(backlog, world.chain);
    const published: number[] = [];
    for (const slot of [FIRST_SLOT, FIRST_SLOT + 1]) {
      const outcome = await world.lead(await world.begin(slot));
      published.push(outcome.kind === "led" ? outcome.sessions : 0);
      assert.deepInclude(await checkBlock(slot, world.modules), { verdict: "valid" });
    }
    const [first = 0, second = 0] = published;
    assert.isAbove(first, 50);
    assert.isAtMost(Math.max(first, second), 500);
    // Those entered together have one stamp: their ids are their order.
    const inOrder = backlog.map(({ session }) => session.sessionId).sort();
    assert.deepEqual(await world.registrationsOnChain(), inOrder.slice(0, first + second));
    assert.equal(
      await enterAnchors(FIRST_SLOT + 1, world.modules),
      second,
      "the first were entered by the second",
    );
  });

  it("reports what kept it from publishing, and writes no block", async () => {
    await world.queue("unpublished", 1);
    const { anchors } = world.chain;
    const down = new Proxy(anchors, {
      get: (target, name) => {
        if (name === "bounds") {
          return () =>
            Promise.reject(
              new EvmError({ code: "RPC_UNREACHABLE", endpoint: "nowhere", reason: "it is down" }),
            );
        }
        const value = Reflect.get(target, name) as unknown;
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    const outcome = await world.lead(await world.begin(FIRST_SLOT), world.first, { anchors: down });
    assert.equal(summaryOf(outcome), "taken-without-block publication-failed");
    assert.equal(outcome.kind === "taken-without-block" && outcome.error?.code, "RPC_UNREACHABLE");
    assert.isUndefined((await world.store.leaderSchedule.get(FIRST_SLOT))?.block);
    assert.equal(summaryOf(await world.lead(await world.begin(FIRST_SLOT + 1))), "led 1");
  });
});

describe("leading a slot, on a chain that makes no block in time", function () {
  this.timeout(60_000);

  it("names the transaction that is in flight, and the next leader does not publish its sessions again", async function () {
    needAnvil(this);
    await using evm = await EvmChain.start();
    await using chain = await startProcess(evm, { env: { LUCID_CONFIRMATIONS: "1" } });
    const world = new SlotWorld(chain, nodeOf(localKey(0)));
    const [flying, fresh] = await world.queue("flying", 2);
    await world.store.sessions.move(fresh?.manifest.sessionId ?? "", "pending", "sealed");
    await evm.holdBlocks();
    const leading = world.lead(await world.begin(FIRST_SLOT));
    const broadcast = async () => (await world.store.anchorTransactions.allById()).documents;
    while ((await broadcast()).length === 0) await sleep(20);
    world.clock.set(slotStart(FIRST_SLOT) + 50_000);
    const outcome = await leading;
    assert.equal(summaryOf(outcome), "led 1");
    assert.equal(outcome.kind === "led" && outcome.txid, (await broadcast())[0]?._id);
    const check = await checkBlock(FIRST_SLOT, world.modules);
    assert.equal(check.verdict === "refused" && check.fault.code, "TRANSACTION_NOT_MINED");

    await world.store.sessions.move(fresh?.manifest.sessionId ?? "", "sealed", "pending");
    const { first, second } = world;
    const next = await world.begin(FIRST_SLOT + 1, [second.nodeId, first.nodeId]);
    const following = world.lead(next, second);
    while ((await broadcast()).length === 1) await sleep(20);
    await evm.mine();
    assert.equal(summaryOf(await following), "led 1");
    assert.equal((await checkBlock(FIRST_SLOT, world.modules)).verdict, "valid", "by now it is mined");
    assert.equal((await checkBlock(FIRST_SLOT + 1, world.modules)).verdict, "valid");
    assert.sameMembers(await world.registrationsOnChain(), [
      flying?.session.sessionId ?? "",
      fresh?.session.sessionId ?? "",
    ]);
    assert.equal(await enterAnchors(FIRST_SLOT + 1, world.modules), 2);
  });
});
