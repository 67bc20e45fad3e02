import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { assert } from "chai";
import { Cluster, CONFIRMATIONS } from "../../../devnet/cluster/cluster.ts";
import { fittingFactor } from "../../../devnet/cluster/fitting-factor.ts";
import { openNode } from "../../../devnet/cluster/open-node.ts";
import { ConsensusError } from "../../../offchain/consensus/errors.ts";
import type { NodeEvent } from "../../../offchain/consensus/node/node-event.ts";
import { slotsOfEpoch } from "../../../offchain/consensus/slot-time.ts";
import { createLogger } from "../../../offchain/logger.ts";
import { initialiseStore } from "../../../offchain/store/administration.ts";
import type { Engine } from "../../../offchain/store/engine.ts";
import { RunningNode } from "../../support/cluster/running-node.ts";
import { type Tampering, tamperedEngine } from "../../support/cluster/tampered-engine.ts";
import { needAnvil } from "../../support/evm-chain.ts";
import { rejection } from "../../support/rejection.ts";

/** On an idle machine a slot takes 5 s. */
const FACTOR = 24;
const FIRST_LED = 4;
const BACK_MS = -60_000;
/** Of six seconds each: two slots. */
const DEEP_REORG = 40;

/** What a node does for others, and must not do while something is wrong. */
const DUTIES: readonly NodeEvent["kind"][] = ["closed", "decided", "led", "validated"];

describe("a running node whose surroundings are not right", function () {
  this.timeout(600_000);
  const first = slotsOfEpoch(800).first + 1;
  const tampering: Tampering = { clockAheadMs: 0 };
  let world: Cluster;
  let node: RunningNode;

  before(async function () {
    needAnvil(this);
    world = await Cluster.start({
      firstSlot: first,
      identities: 1,
      factor: await fittingFactor(2, FACTOR),
      store: async (folder) => {
        const setting = join(folder, "store.db");
        await initialiseStore(setting, { withRoles: false });
        return setting;
      },
    });
    const wrap = (engine: Engine) => tamperedEngine(engine, tampering);
    node = await RunningNode.start(world, { identities: world.identities, wrap });
  });
  after(async () => {
    await node?.[Symbol.asyncDispose]();
    await world?.[Symbol.asyncDispose]();
  });

  const ledFrom = (slot: number, last: number) =>
    node.event(world, "led", last, (event) => event.slot >= slot && event.outcome.kind === "led");

  it("takes part in nothing while the store's clock is 60 s behind, and goes on when it is right again", async () => {
    const { slot } = await ledFrom(first + FIRST_LED, first + FIRST_LED + 3);
    // When the block is validated, and nothing is under way.
    await node.event(world, "validated", slot + 2, (event) => event.slot === slot);
    tampering.clockAheadMs = BACK_MS;
    const since = world.slot;
    const { difference } = await node.event(world, "clocks-differ", since + 2);
    assert.equal(difference.between, "store and machine");
    assert.approximately(difference.storeAheadMs, BACK_MS, 15_000);
    const from = node.events.findIndex(({ kind }) => kind === "clocks-differ");
    await pause(Math.max(0, world.msUntil(world.slot + 2)));
    const meanwhile = node.events.slice(from).filter(({ kind }) => DUTIES.includes(kind));
    assert.deepEqual(
      meanwhile.map(({ kind }) => kind),
      [],
    );
    tampering.clockAheadMs = 0;
    const now = world.slot;
    await node.event(world, "clocks-agree", now + 1);
    await ledFrom(now, now + 4);
    assert.isEmpty(node.of("disagreement"));
  });

  it("keeps a node with other confirmations out, and is not disturbed by it", async () => {
    const { store, machineStore, scale } = world;
    const environment = { ...world.environment(), LUCID_CONFIRMATIONS: String(CONFIRMATIONS + 2) };
    const logger = createLogger("silent");
    const opening = openNode(environment, { store, machineStore, scale, logger });
    const { code, details } = await rejection(opening, ConsensusError);
    assert.equal(code, "CONFIRMATIONS_DIFFER");
    assert.include(JSON.stringify(details), String(CONFIRMATIONS + 2));
    await ledFrom(world.slot + 1, world.slot + 3);
  });

  it("says that the chain was reorganised below the confirmations, and no longer leads", async () => {
    await world.chain.reorganise(DEEP_REORG);
    const { slot, error } = await node.event(world, "disagreement", world.slot + 3);
    assert.equal(error.code, "CHAIN_REORGANISED_BELOW_CONFIRMATIONS");
    const from = node.events.findIndex(({ kind }) => kind === "disagreement");
    await pause(Math.max(0, world.msUntil(Math.max(slot, world.slot) + 3)));
    // What was under way in that moment ends as it can.
    const later = node.events.slice(from).filter((event) => "slot" in event && event.slot > slot + 1);
    assert.deepEqual(
      later.filter(({ kind }) => DUTIES.includes(kind)).map(({ kind }) => kind),
      [],
    );
  });
});
