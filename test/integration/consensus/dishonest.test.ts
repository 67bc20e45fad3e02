import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { assert } from "chai";
import { Cluster } from "../../../devnet/cluster/cluster.ts";
import { fittingFactor } from "../../../devnet/cluster/fitting-factor.ts";
import { type OpenedNode, openNode } from "../../../devnet/cluster/open-node.ts";
import { sealedSessions } from "../../../devnet/sealed-sessions.ts";
import type { Identity } from "../../../offchain/consensus/node/identity.ts";
import type { BlockRecord } from "../../../offchain/consensus/rules/block-record.ts";
import { slotsOfEpoch } from "../../../offchain/consensus/slot-time.ts";
import { createLogger } from "../../../offchain/logger.ts";
import type { SealedSession } from "../../../offchain/sessions/sealed-session.ts";
import { sessionCommitment } from "../../../offchain/sessions/session.ts";
import { initialiseStore } from "../../../offchain/store/administration.ts";
import type { SlotTally } from "../../../offchain/store/documents.ts";
import { eachDocument } from "../../../offchain/store/repositories/repository.ts";
import { DishonestNodes } from "../../support/cluster/dishonest-nodes.ts";
import { RunningNode } from "../../support/cluster/running-node.ts";
import { type Tampering, tamperedEngine } from "../../support/cluster/tampered-engine.ts";
import { needAnvil } from "../../support/evm-chain.ts";

/** On an idle machine a slot takes 5 s. */
const FACTOR = 24;
const EPOCH = 800;
/** One is honest; the last two are members of a pool. */
const IDENTITIES = 8;
const MEMBERS = 2;
/** What happens when, in slots after the first one. */
const FIRST_BEACONS = 2;
const FIRST_LED = 4;
const LAST_LED = 10;
const CLAIMED_AT = [4, 6] as const;
const LEFT_OUT_AT = 6;
const EPOCH_END = 7;
const INVENTED_AT = 9;
/** Slots after a slot's start in which it is decided with: that is when its record is compared. */
const COMPARED_AFTER = 2;
const END = 13;

describe("an honest node among dishonest ones", function () {
  this.timeout(600_000);
  const first = slotsOfEpoch(EPOCH).last - EPOCH_END;
  const tampering: Tampering = { clockAheadMs: 0 };
  /** Slots of the blocks, by the code of what is wrong with them. */
  const led = new Map<string, number>();
  let world: Cluster;
  let opened: OpenedNode;
  let others: DishonestNodes;
  let honest: RunningNode;
  let stolenIn: number | undefined;
  let leftOut: string | undefined;
  let claimed = 0;

  before(async function () {
    needAnvil(this);
    world = await Cluster.start({
      firstSlot: first,
      identities: IDENTITIES,
      members: MEMBERS,
      factor: await fittingFactor(2, FACTOR),
      store: async (folder) => {
        const setting = join(folder, "store.db");
        await initialiseStore(setting, { withRoles: false });
        return setting;
      },
    });
    const [own, ...rest] = world.identities as readonly [Identity, ...Identity[]];
    const { store, machineStore, scale, dataDir } = world;
    const logger = createLogger("silent");
    opened = await openNode(world.environment(), { store, machineStore, scale, logger });
    others = new DishonestNodes(world, rest, opened);
    tampering.beforeInsert = async (collection, [document]) => {
      if (collection !== "slot_tally_parts") return;
      const { slot, tallies } = document as unknown as { slot: number; tallies: SlotTally[] };
      if (slot === first + LEFT_OUT_AT) await closeWithout(slot, tallies);
      if (slot === first + INVENTED_AT) await closeWithMore(slot, tallies);
    };
    // It keeps no sessions: the others have more credits, and lead.
    const folder = join(dataDir, "honest");
    const wrap = (engine: typeof store.engine) => tamperedEngine(engine, tampering);
    honest = await RunningNode.start(world, { identities: [own], dataDir: folder, wrap });
    await Promise.all([proving(), leading(), relaying(), stealing(), until(END)]);
  });
  after(async () => {
    await honest?.[Symbol.asyncDispose]();
    await opened?.[Symbol.asyncDispose]();
    await world?.[Symbol.asyncDispose]();
  });

  const until = async (offset: number, ms = 0) => await pause(Math.max(0, world.msUntil(first + offset, ms)));

  async function proving(): Promise<void> {
    await until(FIRST_BEACONS);
    await world.recordChunks();
    for (let offset = FIRST_BEACONS; offset < END; offset += 1) {
      await until(offset);
      await others.prove(first + offset);
    }
  }

  async function stealing(): Promise<void> {
    for (let offset = FIRST_LED; stolenIn === undefined && offset < LEFT_OUT_AT; offset += 1) {
      await until(offset);
      if (await others.answerWithNeighboursChunk(first + offset)) stolenIn = first + offset;
    }
  }

  async function relaying(): Promise<void> {
    for (const offset of CLAIMED_AT) {
      await until(offset - 1);
      for (const { nodeId } of world.identities.slice(-MEMBERS)) {
        claimed = (await world.giveReceipt({ nodeId, slot: first + offset })).bytes;
      }
    }
  }

  /** Misdeeds, prepared in the slot before, and the code by which a validator refuses the block. */
  const misdeeds: readonly [string, (slot: number) => Promise<Partial<BlockRecord>>][] = [
    ["SESSION_FOREIGN", async (slot) => await published(await sealedSessions(`foreign ${slot}`, 1))],
    [
      "SESSION_LEFT_OUT",
      async (slot) => {
        await world.queue(`older ${slot}`, 1);
        await world.queue(`newer ${slot}`, 1);
        return await published(await sealedSessions(`newer ${slot}`, 1));
      },
    ],
    ["BLOCK_FIELD_WRONG", async () => ({ previous: `0x${"11".repeat(32)}` })],
  ];

  /** The honest node may lead too: then it is tried again in the next slot. */
  async function leading(): Promise<void> {
    const left = [...misdeeds];
    for (let offset = FIRST_LED; offset <= LAST_LED; offset += 1) {
      const [next] = left;
      if (next === undefined) return;
      const slot = first + offset;
      const [code, prepare] = next;
      await until(offset - 1);
      const misdeed = await prepare(slot);
      await until(offset);
      if (!(await others.lead(slot, misdeed))) continue;
      led.set(code, slot);
      left.shift();
    }
  }

  async function published(sealed: readonly SealedSession[]): Promise<Partial<BlockRecord>> {
    const txid = await others.publish(sealed.map(({ session }) => session));
    const sessions = sealed.map(
      ({ manifest, session }) => [manifest.sessionId, sessionCommitment(session)] as const,
    );
    return { txid, sessions };
  }

  async function closeWithout(slot: number, tallies: readonly SlotTally[]): Promise<void> {
    const [{ nodeId }] = others.identities as readonly [Identity];
    const ids: string[] = [];
    for await (const proof of eachDocument((page) => world.store.taskProofs.bySlot(slot, page))) {
      if (proof.nodeId === nodeId && proof.type === "uptime_beacon") leftOut = proof._id;
      else ids.push(proof._id);
    }
    const less = tallies.map((tally) => (tally.entityId === nodeId ? { ...tally, beacons: 0 } : tally));
    await others.close(slot, less, ids);
  }

  async function closeWithMore(slot: number, tallies: readonly SlotTally[]): Promise<void> {
    const ids: string[] = [];
    for await (const proof of eachDocument((page) => world.store.taskProofs.bySlot(slot, page))) {
      ids.push(proof._id);
    }
    const [{ nodeId }] = others.identities as readonly [Identity];
    const more = tallies.map((tally) => (tally.entityId === nodeId ? { ...tally, sessions: 1 } : tally));
    await others.close(slot, more, ids);
  }

  const closedBy = (slot: number) => honest.of("closed").find((event) => event.slot === slot)?.closed;

  for (const [code] of misdeeds) {
    it(`refuses a leader's block and does not sign it: ${code}`, () => {
      const done = led.get(code);
      assert.isDefined(done, "one of them led a slot for it");
      const refused = honest.of("block-refused").filter(({ slot }) => slot === done);
      assert.deepEqual(
        refused.map(({ fault }) => fault.code as string),
        [code],
      );
      assert.notInclude(
        honest.of("validated").map(({ slot }) => slot),
        done,
      );
    });
  }

  it("counts no answer with a neighbour's chunk", () => {
    assert.isDefined(stolenIn, "somebody was asked for another chunk than its neighbour");
    assert.deepEqual(closedBy(stolenIn as number)?.refusals, { CHALLENGE_WRONG_CHUNK: 1 });
  });

  it("counts what a pool relayed once, whichever of its members claims it, and when", async () => {
    const [earlier, later] = CLAIMED_AT;
    const inPool = async (offset: number) => {
      const tallies: SlotTally[] = [];
      for await (const tally of world.store.slotTallies.tallies(first + offset)) tallies.push(tally);
      const proofs = await world.store.taskProofs.bySlot(first + offset, { limit: 1_000 });
      const pools = new Set(proofs.documents.flatMap(({ poolId }) => poolId ?? []));
      assert.equal(proofs.documents.filter(({ type }) => type === "relay_bandwidth").length, MEMBERS);
      return tallies.filter(({ entityId }) => pools.has(entityId));
    };
    assert.deepInclude((await inPool(earlier))[0], { bytes: claimed, sessions: 1 });
    assert.deepInclude((await inPool(later))[0], { bytes: 0, sessions: 0 });
  });

  it("reports a proof that a closer left out, goes on, and does not attest that epoch by itself", () => {
    const closed = closedBy(first + LEFT_OUT_AT);
    assert.deepInclude(closed, { isOwn: false, omittedCount: 1, omitted: [leftOut as string] });
    assert.include(
      honest.of("decided").map(({ slot }) => slot),
      first + LEFT_OUT_AT + COMPARED_AFTER,
    );
    assert.deepEqual(
      honest.of("checkpointed").map(({ checkpoint }) => [checkpoint.epoch, checkpoint.hasOmissions]),
      [[EPOCH, true]],
    );
    assert.isEmpty(honest.of("attested"));
  });

  it("says that a closer invented work, and no longer leads, decides or validates", () => {
    const compared = first + INVENTED_AT + COMPARED_AFTER;
    assert.deepEqual(
      honest.of("disagreement").map(({ slot, error }) => [slot, error.code]),
      [[compared, "TALLY_DIFFERS"]],
    );
    for (const kind of ["decided", "led", "validated"] as const) {
      const slots = honest.of(kind).map(({ slot }) => slot);
      assert.isBelow(Math.max(0, ...slots), compared, kind);
    }
    assert.include(
      honest.of("proved").map(({ slot }) => slot),
      compared,
      "its own proofs it goes on to make",
    );
  });
});
