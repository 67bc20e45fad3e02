import { expect } from "chai";
import hre from "hardhat";
import { findServerProgram, TestServer } from "../../../devnet/mongodb.ts";
import { copyDocuments, plantedStore } from "../../../devnet/planted-store.ts";
import type { AuditState } from "../../../offchain/audit/audit.ts";
import { initialiseStore } from "../../../offchain/store/administration.ts";
import { openStore } from "../../../offchain/store/open-store.ts";
import { eachDocument } from "../../../offchain/store/repositories/repository.ts";
import { auditOf, lineOf } from "../../support/audit-run.ts";
import { AuditWorld, EPOCH, FIRST_SLOT, LAST_SLOT, SPECIAL } from "../../support/audit-world.ts";
import { skipWithout } from "../../support/skip-without.ts";

describe("an audit of a clean history", function () {
  this.timeout(300_000);
  let world: AuditWorld;

  before(async () => {
    world = await AuditWorld.build(hre);
  });
  after(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  it("finds nothing, and has looked at everything", async () => {
    const result = await auditOf(world);
    expect(result.findings.map(lineOf)).to.deep.equal([]);
    expect(result.range).to.deep.equal({ first: FIRST_SLOT, last: LAST_SLOT });
    const { counts } = result;
    const { store } = world;
    expect(counts).to.include({
      registrations: await store.nodes.count(),
      slots: LAST_SLOT - FIRST_SLOT + 1,
      sessions: await store.sessions.count(),
      transactions: await store.anchorTransactions.count(),
      "recorded chunks": await store.recordedChunks.count(),
      statements: 1,
    });
    // Those of the last two slots are not closed yet.
    expect(counts.proofs).to.be.within(500, await store.taskProofs.count());
    expect(result.refusals, "all proofs count").to.deep.equal({});
    expect(result.concentration.owners, "one session was relayed").to.have.length(1);
    expect(result.concentration.nodes).to.have.length(world.nodes.length);
  });

  it("is about slots that ended in every way, and blocks with and without sessions", async () => {
    const ended = new Map<number, string>();
    let withSessions = 0;
    const range = (page: object) => world.store.leaderSchedule.range(FIRST_SLOT, LAST_SLOT + 1, page);
    for await (const { slot, result, block } of eachDocument(range)) {
      ended.set(slot - FIRST_SLOT, `${result?.reason}${block === undefined ? "" : " with a block"}`);
      if (block?.body.includes('"txid"')) withSessions += 1;
    }
    expect(ended.get(SPECIAL.missed)).to.equal("missed");
    expect(ended.get(SPECIAL.withoutBlock)).to.be.oneOf(["primary", "emergency"]);
    expect([...ended.values()]).to.include.members(["primary with a block", "emergency with a block"]);
    expect(withSessions).to.be.at.least(5);
  });

  it("is the same from some slots on, and for one epoch", async () => {
    const from = FIRST_SLOT + 9;
    const some = await auditOf(world, world.store, { from, to: from + 4 });
    expect(some.findings.map(lineOf)).to.deep.equal([]);
    expect(some.range).to.deep.equal({ first: from, last: from + 4 });
    const epoch = await auditOf(world, world.store, { from: EPOCH * 720, to: EPOCH * 720 + 721 });
    expect(epoch.findings.map(lineOf)).to.deep.equal([]);
  });

  it("comes to the same wherever it was interrupted", async () => {
    const whole = await auditOf(world);
    const states: AuditState[] = [];
    await auditOf(world, world.store, {
      onStep: (state) => void states.push(JSON.parse(JSON.stringify(state()))),
    });
    for (const at of [3, 12, Math.floor(states.length * 0.9), states.length - 1]) {
      const resumed = await auditOf(world, world.store, { state: states[at] });
      expect(resumed, `from step ${at} of ${states.length}`).to.deep.equal(whole);
    }
  });

  it("comes to the same from MongoDB as from a file", async function () {
    const program = findServerProgram();
    if (program === undefined) return skipWithout(this, "no MongoDB server", "LUCID_REQUIRE_MONGODB");
    const server = await TestServer.start(program);
    try {
      const setting = server.uri("lucid_audit");
      await initialiseStore(setting, { withRoles: false });
      await using mongodb = await openStore({ setting });
      await copyDocuments(world.store, mongodb, {});
      expect(await auditOf(world, mongodb)).to.deep.equal(await auditOf(world));
    } finally {
      await server.stop();
    }
  });

  it("keeps every finding once, wherever it is told to end", async () => {
    await using faulty = await plantedStore(world.store, {
      leaderSchedule: (one) =>
        one.slot % 3 === 0 ? { ...one, transcriptHash: `0x${"ab".repeat(32)}` } : one,
      sessions: (one) => ({ ...one, size_bytes: one.size_bytes + 1 }),
      payouts: (one) => ({ ...one, usdt_amount: one.usdt_amount + 1n }),
    });
    let asked = 0;
    const onProgress = () => {
      asked += 1;
    };
    const whole = await auditOf(world, faulty, { onProgress });
    expect(whole.findings.length).to.be.above(10);
    for (const at of [9, Math.floor(asked * 0.8), asked]) {
      const ending = new AbortController();
      let told = 0;
      let last: AuditState | undefined;
      const options = {
        signal: ending.signal,
        onProgress: () => {
          told += 1;
          if (told === at) ending.abort(new Error("enough"));
        },
        onStep: (state: () => AuditState) => {
          last = JSON.parse(JSON.stringify(state()));
        },
      };
      await auditOf(world, faulty, options).catch((error: Error) => expect(error.message).to.equal("enough"));
      expect(await auditOf(world, faulty, { state: last }), `ended at ${at} of ${asked}`).to.deep.equal(
        whole,
      );
    }
  });

  it("ends when it is told to", async () => {
    const ending = new AbortController();
    const reason = new Error("enough");
    const auditing = auditOf(world, world.store, {
      signal: ending.signal,
      onStep: (state) => {
        if (state().phase === "slots") ending.abort(reason);
      },
    });
    await auditing.then(
      () => expect.fail("it was told to end"),
      (error: unknown) => expect(error).to.equal(reason),
    );
  });
});
