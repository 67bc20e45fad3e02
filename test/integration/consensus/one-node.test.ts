import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import { pino } from "pino";
import { Cluster } from "../../../devnet/cluster/cluster.ts";
import { fittingFactor } from "../../../devnet/cluster/fitting-factor.ts";
import { openNode } from "../../../devnet/cluster/open-node.ts";
import type { NodeEvent } from "../../../offchain/consensus/node/node-event.ts";
import { PootConsensus } from "../../../offchain/consensus/poot-consensus.ts";
import { slotsOfEpoch } from "../../../offchain/consensus/slot-time.ts";
import { initialiseStore } from "../../../offchain/store/administration.ts";
import { eachDocument } from "../../../offchain/store/repositories/repository.ts";
import {
  attestersOf,
  kindsOf,
  requireAnchoredOnce,
  requireChainOfBlocks,
} from "../../support/cluster/check-cluster.ts";
import { needAnvil } from "../../support/evm-chain.ts";

/** On an idle machine a slot takes 5 s. */
const FACTOR = 24;
const EPOCH = 800;
/** After two slots nobody is registered in, and two without a beacon before them, the node leads from here on. */
const FIRST_LED = 4;
const UNTIL_EPOCH_END = 5;
const STOPPED_AT = 9;
const STARTED_AGAIN_AT = 12;
const SLOTS = 15;

describe("a single PoOT node on an embedded store", function () {
  this.timeout(600_000);
  let cluster: Cluster | undefined;

  before(function () {
    needAnvil(this);
  });
  after(async () => {
    await cluster?.[Symbol.asyncDispose]();
  });

  /** Runs the node until a slot begins. @returns what it told */
  async function runUntil(world: Cluster, slot: number): Promise<NodeEvent[]> {
    const { store, machineStore, scale } = world;
    const logger = pino({ level: "silent" });
    await using opened = await openNode(world.environment(), { store, machineStore, scale, logger });
    const { modules, dataDir } = opened;
    const ending = new AbortController();
    const events: NodeEvent[] = [];
    const onEvent = (event: NodeEvent) => void events.push(event);
    const options = { identities: world.identities, dataDir, onEvent };
    const node = await PootConsensus.start(options, modules, ending.signal);
    const running = node.run(ending.signal);
    await Promise.race([running, pause(Math.max(0, world.msUntil(slot)))]);
    ending.abort();
    await running;
    return events;
  }

  it("leads every slot alone, attests the epoch, and goes on after it was stopped", async () => {
    const firstSlot = slotsOfEpoch(EPOCH).last - UNTIL_EPOCH_END;
    const world = await Cluster.start({
      firstSlot,
      identities: 1,
      factor: await fittingFactor(2, FACTOR),
      store: async (folder) => {
        const setting = join(folder, "store.db");
        await initialiseStore(setting, { withRoles: false });
        return setting;
      },
    });
    cluster = world;
    const [{ nodeId }] = world.identities as readonly [(typeof world.identities)[0]];
    await world.queue("first", 3);
    const recording = pause(Math.max(0, world.msUntil(firstSlot + FIRST_LED))).then(() =>
      world.recordChunks(),
    );
    const before = await runUntil(world, firstSlot + STOPPED_AT);
    await recording;
    await world.queue("while it was stopped", 2);
    await pause(Math.max(0, world.msUntil(firstSlot + STARTED_AGAIN_AT)));
    const after = await runUntil(world, firstSlot + SLOTS);

    const schedule = [];
    const { leaderSchedule, workTally } = world.store;
    const range = (page: object) => leaderSchedule.range(firstSlot, firstSlot + SLOTS, page);
    for await (const decided of eachDocument(range)) schedule.push(decided);
    const reasons = schedule.map(({ slot, result }) => [slot - firstSlot, result?.reason]);
    const led = schedule.filter(({ block }) => block !== undefined).map(({ slot }) => slot - firstSlot);
    expect(reasons.slice(0, FIRST_LED).map(([, reason]) => reason)).to.deep.equal(
      Array(FIRST_LED).fill("missed"),
    );
    expect(led, JSON.stringify(reasons)).to.include.members([4, 5, 6, 7, 8, 13, 14]);
    expect(schedule.map(({ slot }) => slot - firstSlot)).to.deep.equal(
      Array.from({ length: SLOTS }, (_, slot) => slot),
    );
    // It won one of the last sixteen slots, and there is nobody else.
    expect(kindsOf(schedule.slice(FIRST_LED, STOPPED_AT))).to.deep.include({ emergency: 5, missed: 0 });
    requireChainOfBlocks(schedule);
    await requireAnchoredOnce(world);

    const events = [...before, ...after];
    expect(events.filter(({ kind }) => kind === "disagreement" || kind === "block-refused")).to.deep.equal(
      [],
    );
    const answered = events.map((event) => (event.kind === "proved" ? event.made.answered : 0));
    expect(Math.max(...answered), "challenges once chunks are recorded").to.equal(4);
    expect(await attestersOf(world, EPOCH)).to.deep.equal([nodeId]);
    const row = await workTally.get(EPOCH, nodeId);
    expect(row).to.include({ epoch: EPOCH, entityId: nodeId, rank: 1 });
    expect(
      row?.credits,
      "a validation in each slot that it led, answers once chunks are recorded",
    ).to.be.at.least(2);
  });
});
