import { expect } from "chai";
import { NodeRegistry } from "../../../offchain/consensus/node/node-registry.ts";
import { slotAt } from "../../../offchain/consensus/slot-time.ts";
import { createLogger } from "../../../offchain/logger.ts";
import { ConsensusWorld, worldWallet } from "../../support/consensus-world.ts";

const FIRST = 400_000;
/** A slot for which records may still be written, so that they are read again. */
const ahead = () => slotAt(Date.now()) + 2;

describe("the registry of nodes", () => {
  let world: ConsensusWorld;
  let registry: NodeRegistry;
  beforeEach(async () => {
    world = await ConsensusWorld.open(FIRST, 10);
    const { domain } = await world.view();
    registry = new NodeRegistry({ store: world.store, domain, logger: createLogger("silent") });
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const addressOf = (name: string) => worldWallet(name).address.toLowerCase();

  it("has members whose record the pool has signed too, from two slots after the stamp on", async () => {
    const pool = await world.addPool("pool");
    const member = await world.addNode("member", pool);
    expect((await registry.registrationsAt(FIRST + 1)).inForce.size).to.equal(0);
    const { inForce, members } = await registry.registrationsAt(FIRST + 2);
    expect([...inForce.keys()]).to.have.members([addressOf("pool"), member.nodeId]);
    expect(members.get(addressOf("pool"))).to.deep.equal([member.nodeId]);
  });

  it("gives the same object for as long as nothing changes", async () => {
    await world.addNode("a");
    const before = await registry.registrationsAt(FIRST + 2);
    expect(await registry.registrationsAt(FIRST + 9)).to.equal(before);
    await world.register(worldWallet("pool"), { sequence: 1, kind: "pool", action: "register" }, FIRST + 5);
    const after = await registry.registrationsAt(ahead());
    expect(after.inForce.size).to.equal(2);
    expect((await registry.registrationsAt(FIRST + 6)).inForce.size).to.equal(1);
  });

  it("ignores and counts records whose signatures do not hold", async () => {
    const pool = await world.addPool("pool");
    await world.addNode("member", worldWallet("not the pool"));
    await world.addNode("honest", pool);
    const [own] = (await world.store.nodes.byAddress(addressOf("honest"))).documents;
    const forged = { ...own, _id: `0x${"12".repeat(32)}`, sequence: 2 } as NonNullable<typeof own>;
    await world.store.nodes.restore([forged]);
    const [theirs] = (await world.store.nodes.byAddress(addressOf("member"))).documents;
    expect(theirs?.poolId).to.equal(addressOf("not the pool"));
    const { inForce } = await registry.registrationsAt(FIRST + 4);
    expect(inForce.get(addressOf("honest"))?.sequence).to.equal(1);
    expect(registry.refusedCount).to.equal(1);
  });

  it("finds a record that became readable long after its stamp", async () => {
    await world.addNode("a");
    await world.register(worldWallet("late"), { sequence: 1, kind: "pool", action: "register" }, FIRST + 8);
    await registry.registrationsAt(FIRST + 9);
    await world.addNode("earlier");
    const fresh = await registry.registrationsAt(ahead());
    expect(fresh.inForce.has(addressOf("earlier"))).to.equal(true);
  });
});
