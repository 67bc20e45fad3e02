import { expect } from "chai";
import { findServerProgram, TestServer } from "../../../devnet/mongodb.ts";
import { hashOf } from "../../../devnet/store-documents.ts";
import { fixConfirmations } from "../../../offchain/consensus/chain-view/confirmations.ts";
import { ConsensusError } from "../../../offchain/consensus/errors.ts";
import { SLOTS_PER_EPOCH } from "../../../offchain/consensus/parameters.ts";
import { initialiseStore } from "../../../offchain/store/administration.ts";
import { openStore } from "../../../offchain/store/open-store.ts";
import type { Store } from "../../../offchain/store/store.ts";
import { ArrayChain } from "../../support/array-chain.ts";
import { ConsensusWorld, runTo, worldWallet } from "../../support/consensus-world.ts";
import { CONFIRMATIONS, documentsOf, eventsOn, resumeCorpus } from "../../support/corpus-node.ts";
import { skipWithout } from "../../support/skip-without.ts";

const BLOCKS = 300;
const NODES = 3;

describe("nodes that share a MongoDB", function () {
  this.timeout(120_000);
  let server: TestServer;
  const stores: Store[] = [];

  before(async function () {
    const program = findServerProgram();
    if (program === undefined) return skipWithout(this, "no MongoDB server", "LUCID_REQUIRE_MONGODB");
    server = await TestServer.start(program);
    const setting = server.uri("lucid_shared");
    await initialiseStore(setting, { withRoles: false });
    for (let node = 0; node < NODES; node++) stores.push(await openStore({ setting }));
  });
  after(async () => {
    for (const store of stores) await store.close();
    await server?.stop();
  });

  it("write the same corpus at once, one of them after a kill that left gaps", async () => {
    const chain = new ArrayChain(Array.from({ length: BLOCKS }, (_, block) => 1_767_225_600 + block));
    const counts = Array.from({ length: BLOCKS }, (_, block) => block % 11);
    const events = eventsOn(chain, counts);
    const newest = BLOCKS - CONFIRMATIONS;
    const documents = documentsOf(events.filter(({ blockNumber }) => blockNumber <= newest));
    const [first] = stores as [Store];
    await first.recordedChunks.insertMany(documents.slice(0, 200).filter(({ _id }) => _id % 7 !== 5));
    const sizes = await Promise.all(
      stores.map(async (store) => await (await resumeCorpus({ chain, store, events })).size(newest)),
    );
    expect(sizes).to.deep.equal(Array(NODES).fill(documents.length));
    expect((await first.recordedChunks.allById({ limit: 5_000 })).documents).to.deep.equal(documents);
  });

  it("agree on the confirmations of whoever came first", async () => {
    const deployment = { chainId: 31_337, genesisHash: hashOf(1), anchors: `0x${"ab".repeat(20)}` };
    const starts = await Promise.allSettled(
      stores.map((store, node) => fixConfirmations(store.deploymentParameters, deployment, 3 + node)),
    );
    const refused = starts.filter((start) => start.status === "rejected");
    expect(refused).to.have.length(NODES - 1);
    for (const { reason } of refused) {
      expect(reason).to.be.instanceOf(ConsensusError);
      expect(reason).to.include({ code: "CONFIRMATIONS_DIFFER" });
    }
  });

  it("close, decide and settle the same slots at once", async () => {
    const first = 556 * SLOTS_PER_EPOCH - 12;
    const setting = server.uri("lucid_state");
    await initialiseStore(setting, { withRoles: false });
    await using world = await ConsensusWorld.open(first, 20, setting);
    const workers = await Promise.all(["a", "b", "c"].map((name) => world.addNode(name)));
    const session = world.addSession("relayed", 2, 5_000, first + 2);
    for (let slot = first + 3; slot < first + 12; slot += 1) {
      const proofs = workers.flatMap((node, place) => [
        world.beacon(node, slot),
        world.storage(node, slot, place),
        world.relay(node, slot, session, 900 + place),
      ]);
      await world.put(...proofs);
    }
    const own = await Promise.all([1, 2].map(() => openStore({ setting })));
    try {
      const states = await Promise.all(own.map((store) => world.openState(store)));
      for (const state of states) expect(state.nextToDecide).to.equal(first);
      await Promise.all(
        states.map((state, place) => runTo(state, first + 16, worldWallet(`closer ${place}`))),
      );
      const checkpoints = await Promise.all(states.map((state) => state.checkpoint(555)));
      expect(checkpoints[0]).to.deep.equal(checkpoints[1]);
      expect(checkpoints[0]?.rows).to.have.length(3);
      const again = await world.openState();
      expect(await again.checkpoint(555)).to.deep.equal(checkpoints[0]);
    } finally {
      for (const store of own) await store.close();
    }
  });
});
