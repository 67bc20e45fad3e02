import { assert } from "chai";
import hre from "hardhat";
import { sealedSessions } from "../../devnet/sealed-sessions.ts";
import { AnchoringError } from "../../offchain/anchoring/errors.ts";
import { queueSessions } from "../../offchain/anchoring/queue-sessions.ts";
import type { SealedSession } from "../../offchain/sessions/sealed-session.ts";
import { AnchoredSessions } from "../support/anchored-sessions.ts";
import { rejection } from "../support/rejection.ts";

describe("queueing sessions, on a chain in this process", function () {
  this.timeout(60_000);
  let world: AnchoredSessions;
  before(async () => {
    world = await AnchoredSessions.start(hre);
  });
  after(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  const queue = async (sessions: readonly SealedSession[]) =>
    (await queueSessions(sessions, world.chain)).map(({ state }) => state);
  const entryOf = ({ manifest }: SealedSession) => world.chain.store.sessions.get(manifest.sessionId);

  it("enters them and leaves them pending without a tree, once, and sends nothing", async () => {
    const sessions = await sealedSessions("queued", 2);
    const sent = await world.chain.store.anchorTransactions.count();
    assert.deepEqual(await queue(sessions), ["queued", "queued"]);
    const entry = await entryOf(sessions[0] as SealedSession);
    assert.equal(entry?.status, "pending");
    assert.equal(entry?.queued?.at, entry?.updated_at, "the store's own time");
    assert.notProperty(entry, "tree_root");
    assert.deepEqual(await queue(sessions), ["was-queued", "was-queued"]);
    assert.deepEqual(await entryOf(sessions[0] as SealedSession), entry, "unchanged");
    assert.equal(await world.chain.store.anchorTransactions.count(), sent);
  });

  it("leaves out what the chain has, and enters that", async () => {
    const [sealed] = (await sealedSessions("registered", 1)) as [SealedSession];
    await world.chain.anchors.registerSession(world.chain.registrar, sealed.session);
    assert.deepEqual(await queue([sealed]), ["anchored"]);
    assert.deepInclude(await entryOf(sealed), { status: "anchored", anchor_mode: "single" });
  });

  it("queues again what is entered as anchored, but is not on the chain any more", async () => {
    const [sealed] = (await sealedSessions("gone", 1)) as [SealedSession];
    await queue([sealed]);
    const anchor = { anchor_mode: "batch", registered_at: 1, block_number: 1 } as const;
    await world.chain.store.sessions.move(sealed.manifest.sessionId, "pending", "anchored", anchor);
    assert.deepEqual(await queue([sealed]), ["queued"]);
    const entry = await entryOf(sealed);
    assert.equal(entry?.status, "pending");
    assert.notProperty(entry, "registered_at");
  });

  it("leaves alone what somebody began to anchor in a tree", async () => {
    const [sealed] = (await sealedSessions("tree", 1)) as [SealedSession];
    await queue([sealed]);
    const { sessions } = world.chain.store;
    const { sessionId } = sealed.manifest;
    const tree = { tree_root: sealed.manifestHash, tree_index: 0, tree_proof: [] };
    await sessions.move(sessionId, "pending", "sealed");
    assert.notProperty(await entryOf(sealed), "queued", "no longer");
    await sessions.move(sessionId, "sealed", "pending", tree);
    assert.notProperty(await entryOf(sealed), "queued", "an operator anchors it");
    assert.deepEqual(await queue([sealed]), ["in-tree"]);
    await sessions.move(sessionId, "pending", "sealed");
    assert.deepEqual(await queue([sealed]), ["in-tree"]);
    assert.deepInclude(await entryOf(sealed), { status: "sealed", tree_root: sealed.manifestHash });
  });

  it("refuses two contents under one id", async () => {
    const sessionId = "22222222-3333-4444-8555-666666666666";
    const one = await world.seal({ sessionId });
    const other = { ...one, manifestHash: one.manifest.merkleRoot };
    const { code } = await rejection(queueSessions([one, other], world.chain), AnchoringError);
    assert.equal(code, "SESSION_NAMED_TWICE");
  });
});
