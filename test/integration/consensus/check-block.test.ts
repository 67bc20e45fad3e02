import { assert } from "chai";
import hre from "hardhat";
import { localKey } from "../../../devnet/anvil.ts";
import {
  type BlockCheck,
  type CheckModules,
  checkBlock,
} from "../../../offchain/consensus/node/check-block.ts";
import { signBlock } from "../../../offchain/consensus/node/sign-block.ts";
import { publicationFault } from "../../../offchain/consensus/rules/block-faults.ts";
import {
  type BlockRecord,
  blockHash,
  type ListedSession,
  NO_BLOCK,
} from "../../../offchain/consensus/rules/block-record.ts";
import { blockWindow } from "../../../offchain/consensus/rules/candidacy.ts";
import { hadRoom } from "../../../offchain/consensus/rules/session-order.ts";
import { slotStart } from "../../../offchain/consensus/slot-time.ts";
import type { SealedSession } from "../../../offchain/sessions/sealed-session.ts";
import { type Session, sessionCommitment } from "../../../offchain/sessions/session.ts";
import type { LeaderScheduleDocument, SlotBlock } from "../../../offchain/store/documents.ts";
import { FIRST_SLOT, nodeOf, SlotWorld } from "../../support/slot-world.ts";

const codeOf = (check: BlockCheck) => (check.verdict === "refused" ? check.fault.code : check.verdict);

const listedOf = (sealed: SealedSession | undefined): ListedSession => [
  sealed?.manifest.sessionId ?? "",
  sessionCommitment(sealed?.session as Session),
];

describe("a validator's check of a block, on a chain in this process", function () {
  this.timeout(60_000);
  let world: SlotWorld;
  beforeEach(async () => {
    world = await SlotWorld.start(hre);
  });
  afterEach(async () => {
    await world[Symbol.asyncDispose]();
  });

  const check = async (change: Partial<CheckModules> = {}, slot = FIRST_SLOT) =>
    codeOf(await checkBlock(slot, { ...world.modules, ...change }));

  /** Takes a slot as a leader of bad faith would, to write what it likes. */
  async function take(takenAt = 0, winner = world.first.nodeId): Promise<LeaderScheduleDocument> {
    const decision = await world.begin(FIRST_SLOT);
    world.clock.set(slotStart(FIRST_SLOT) + takenAt);
    const window = { from: 0, until: Number.MAX_SAFE_INTEGER };
    await world.store.leaderSchedule.take(FIRST_SLOT, { winner, reason: "primary", window });
    return decision;
  }

  async function write(
    { transcriptHash }: LeaderScheduleDocument,
    change: Partial<BlockRecord> = {},
    changeBlock: (block: SlotBlock) => SlotBlock = (block) => block,
  ): Promise<void> {
    const { nodeId: winner } = world.first;
    const honest = {
      slot: FIRST_SLOT,
      previous: NO_BLOCK,
      winner,
      reason: "primary",
      transcriptHash,
    } as const;
    const block = await signBlock({ ...honest, sessions: [], ...change }, world.first, world.domain);
    const holder = (await world.store.leaderSchedule.get(FIRST_SLOT))?.result?.winner ?? "";
    const window = blockWindow(FIRST_SLOT);
    await world.store.leaderSchedule.addBlock(FIRST_SLOT, {
      winner: holder,
      block: changeBlock(block),
      window,
    });
  }

  async function publish(sessions: readonly (SealedSession | undefined)[]): Promise<string> {
    const contents = sessions.map((sealed) => sealed?.session as Session);
    return (await world.chain.anchors.registerSessions(world.first.wallet, contents)).hash;
  }

  it("finds an honest leader's blocks valid, with sessions and without", async () => {
    await world.queue("honest", 3);
    await world.lead(await world.begin(FIRST_SLOT));
    assert.deepEqual(await checkBlock(FIRST_SLOT, world.modules), {
      verdict: "valid",
      blockHash: (await world.store.leaderSchedule.get(FIRST_SLOT))?.block?.hash ?? "",
    });
    await world.lead(await world.begin(FIRST_SLOT + 1));
    assert.equal(await check({}, FIRST_SLOT + 1), "valid");
  });

  it("has nothing to check where there is no block", async () => {
    assert.equal(await check(), "absent");
    await take();
    assert.equal(await check(), "absent");
  });

  it("refuses another decision than its own", async () => {
    await world.lead(await world.begin(FIRST_SLOT));
    const other = await world.begin(FIRST_SLOT + 9, [world.second.nodeId]);
    assert.equal(await check({ recomputeDecision: async () => other }), "DECISION_NOT_REPRODUCED");
  });

  it("refuses a winner that was no candidate", async () => {
    await write(await take(0, world.outsider.nodeId), { winner: world.outsider.nodeId });
    assert.equal(await check(), "WINNER_NOT_CANDIDATE");
  });

  it("refuses a slot that was taken at another's time", async () => {
    await write(await take(5_000));
    assert.equal(await check(), "TAKEN_OUTSIDE_WINDOW");
  });

  it("refuses a reason that the decision does not give", async () => {
    const { first, second } = world;
    const decision = await take(5_000, second.nodeId);
    await write(decision, { winner: second.nodeId }, (block) => ({ ...block, signer: first.nodeId }));
    assert.equal(await check(), "BLOCK_FIELD_WRONG");
  });

  it("refuses a hash that is not the body's", async () => {
    await write(await take(), {}, (block) => ({ ...block, hash: NO_BLOCK }));
    assert.equal(await check(), "BLOCK_HASH_WRONG");
  });

  it("refuses a body that is not a canonical record", async () => {
    await write(await take(), {}, (block) => {
      const body = `${block.body} `;
      return { ...block, body, hash: blockHash(body) };
    });
    assert.equal(await check(), "BLOCK_BODY_MALFORMED");
  });

  for (const [field, change] of [
    ["slot", { slot: FIRST_SLOT + 1 }],
    ["previous", { previous: `0x${"11".repeat(32)}` }],
    ["winner", { winner: `0x${"11".repeat(20)}` }],
    ["reason", { reason: "emergency" }],
    ["transcriptHash", { transcriptHash: NO_BLOCK }],
  ] as const) {
    it(`refuses a block with another ${field}`, async () => {
      await write(await take(), change);
      const checked = await checkBlock(FIRST_SLOT, world.modules);
      assert.deepInclude(checked, { verdict: "refused" });
      assert.deepInclude((checked as { fault: object }).fault, { code: "BLOCK_FIELD_WRONG", field });
    });
  }

  it("refuses a signature that is not the signer's", async () => {
    await write(await take(), {}, (block) => ({ ...block, signer: world.second.nodeId }));
    assert.equal(await check(), "BLOCK_SIGNATURE_WRONG");
  });

  it("refuses a signer that does not act for the winner, or is not admitted", async () => {
    await world.lead(await world.begin(FIRST_SLOT));
    const { membership } = world.modules;
    const expelled = { ...membership, isAdmitted: async () => false };
    assert.equal(await check({ membership: expelled }), "SIGNER_NOT_ACTING");
    world.register(world.first.nodeId, { poolId: world.outsider.nodeId });
    world.register(world.outsider.nodeId, { kind: "pool" });
    assert.equal(await check(), "SIGNER_NOT_ACTING");
  });

  it("refuses a foreign session", async () => {
    const [own] = await world.queue("own", 1);
    const foreign = { ...own, session: { ...(own?.session as Session), startedAt: 7 } } as SealedSession;
    const txid = await publish([foreign]);
    await write(await take(), { txid, sessions: [listedOf(foreign)] });
    assert.equal(await check(), "SESSION_FOREIGN");
  });

  it("refuses a block that is silent about a session that its transaction registered", async () => {
    const [own] = await world.queue("own", 1);
    const foreign = { ...own, session: { ...(own?.session as Session), startedAt: 7 } } as SealedSession;
    const txid = await publish([own, foreign]);
    await write(await take(), { txid, sessions: [listedOf(own)] });
    assert.equal(await check(), "SESSION_UNLISTED");
  });

  it("refuses a listed session that the chain does not have", async () => {
    const [own, other] = await world.queue("own", 2);
    const txid = await publish([own]);
    await write(await take(), { txid, sessions: [listedOf(own), listedOf(other)] });
    assert.equal(await check(), "SESSION_UNREGISTERED");
  });

  it("refuses a transaction that is not mined", async () => {
    const [own] = await world.queue("own", 1);
    await write(await take(), { txid: NO_BLOCK, sessions: [listedOf(own)] });
    assert.equal(await check(), "TRANSACTION_NOT_MINED");
  });

  it("refuses sessions without a transaction", async () => {
    const [own] = await world.queue("own", 1);
    await write(await take(), { sessions: [listedOf(own)] });
    assert.equal(await check(), "TRANSACTION_MISPLACED");
  });

  it("refuses a session that is listed twice", async () => {
    const [own] = await world.queue("own", 1);
    const sessions = [listedOf(own), listedOf(own)];
    await write(await take(), { txid: NO_BLOCK, sessions });
    assert.equal(await check(), "SESSION_LISTED_TWICE");
  });

  it("refuses more sessions than a block may list", async () => {
    const [own] = await world.queue("own", 1);
    await write(await take(), { txid: NO_BLOCK, sessions: Array.from({ length: 501 }, () => listedOf(own)) });
    assert.equal(await check(), "BLOCK_TOO_LARGE");
  });

  it("refuses a block that leaves out an older session", async () => {
    const [older, newer] = await world.queue("older", 2);
    const decision = await take();
    const txid = await publish([newer]);
    await write(decision, { txid, sessions: [listedOf(newer)] });
    const checked = await checkBlock(FIRST_SLOT, world.modules);
    const [sessionId, commitment] = listedOf(older);
    assert.deepInclude(checked, { fault: { code: "SESSION_LEFT_OUT", sessionId, commitment } });
  });

  it("refuses an empty block while sessions wait, but not for those queued after the take or just before", async () => {
    const [waiting] = await world.queue("waiting", 1);
    world.clock.set(slotStart(FIRST_SLOT) - 4_000);
    await world.queue("just before", 1);
    const decision = await take();
    await world.queue("later", 1);
    await write(decision);
    assert.equal(await check(), "SESSION_LEFT_OUT");
    await publish([waiting]);
    assert.equal(await check(), "valid", "somebody else anchored the one that waited");
  });

  it("does not ask for sessions that one of the last two blocks lists: they may be in flight", async () => {
    const [listed] = await world.queue("listed", 1);
    await world.begin(FIRST_SLOT - 1);
    const at = FIRST_SLOT - 1;
    const { nodeId: winner } = world.first;
    const window = { from: 0, until: Number.MAX_SAFE_INTEGER };
    await world.store.leaderSchedule.take(at, { winner, reason: "primary", window });
    const record = {
      slot: at,
      previous: NO_BLOCK,
      winner,
      reason: "primary",
      transcriptHash: NO_BLOCK,
    } as const;
    const sessions = [listedOf(listed)];
    const block = await signBlock({ ...record, txid: NO_BLOCK, sessions }, world.first, world.domain);
    await world.store.leaderSchedule.addBlock(at, { winner, block, window });
    await world.lead(await world.begin(FIRST_SLOT));
    assert.equal(await check(), "valid");
    assert.isEmpty(await world.registrationsOnChain());
  });

  it("is not fooled by a key that nobody registered", async () => {
    const stranger = nodeOf(localKey(7));
    const decision = await take();
    const other = await signBlock(
      {
        slot: FIRST_SLOT,
        previous: NO_BLOCK,
        winner: world.first.nodeId,
        reason: "primary",
        transcriptHash: decision.transcriptHash,
        sessions: [],
      },
      stranger,
      world.domain,
    );
    await write(decision, {}, () => other);
    assert.equal(await check(), "SIGNER_NOT_ACTING");
  });
});

describe("what the chain says about a block's sessions", () => {
  it("refuses a transaction that reverted, and none that came second", () => {
    const session = ["00000000-0000-4000-8000-000000000001", `0x${"22".repeat(32)}`] as const;
    const record = { txid: NO_BLOCK, sessions: [session] } as unknown as BlockRecord;
    const evidence = { stored: new Map([session]), registered: new Set([session[1]]) };
    const faultWith = (succeeded: boolean) =>
      publicationFault(record, { ...evidence, transaction: { succeeded, commitments: [] } })?.code;
    assert.equal(faultWith(false), "TRANSACTION_REVERTED");
    assert.isUndefined(faultWith(true), "somebody else's transaction was first, and did what it was to do");
  });
});

describe("the room of a block", () => {
  it("counts only where twice as many sessions would have fitted, and there are fewer than 500", () => {
    const mostGas = 15_000_000n;
    assert.isTrue(hadRoom({ sessions: 0, gasUsed: 0n, mostGas }));
    assert.isTrue(hadRoom({ sessions: 100, gasUsed: 7_500_000n, mostGas }));
    assert.isFalse(hadRoom({ sessions: 101, gasUsed: 7_500_001n, mostGas }));
    assert.isFalse(hadRoom({ sessions: 500, gasUsed: 1n, mostGas }));
  });
});
