import { cp, mkdir, mkdtempDisposable, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "chai";
import { id } from "ethers";
import hre from "hardhat";
import { storeChunks } from "../../../offchain/anchoring/store-chunks.ts";
import { chainBlocks } from "../../../offchain/consensus/chain-view/chain-blocks.ts";
import { ConfirmedBlocks } from "../../../offchain/consensus/chain-view/confirmed-blocks.ts";
import { Corpus } from "../../../offchain/consensus/chain-view/corpus.ts";
import type { HeadBlock } from "../../../offchain/consensus/chain-view/known-heads.ts";
import { answerChallenges } from "../../../offchain/consensus/node/answer-challenges.ts";
import { HeldSessions } from "../../../offchain/consensus/node/held-sessions.ts";
import type { Identity } from "../../../offchain/consensus/node/identity.ts";
import {
  makeProofs,
  type ProofModules,
  validateBlock,
} from "../../../offchain/consensus/node/make-proofs.ts";
import { receiptsFolder, writeReceipt } from "../../../offchain/consensus/node/receipt-file.ts";
import { signProof } from "../../../offchain/consensus/proofs/sign-proof.ts";
import { verifyProof } from "../../../offchain/consensus/proofs/verify-proof.ts";
import type { ProofCase } from "../../../offchain/consensus/rules/proofs/evidence.ts";
import { challengedChunk } from "../../../offchain/consensus/rules/proofs/storage-challenge.ts";
import { closingTime, slotStart } from "../../../offchain/consensus/slot-time.ts";
import { MessageHasher } from "../../../offchain/consensus/typed-data/message-hasher.ts";
import { signMessage } from "../../../offchain/consensus/typed-data/sign-message.ts";
import { verify as verifyVrf } from "../../../offchain/consensus/vrf.ts";
import type { SealedSession } from "../../../offchain/sessions/sealed-session.ts";
import { sessionCommitment } from "../../../offchain/sessions/session.ts";
import { chunkPath } from "../../../offchain/sessions/session-directory.ts";
import type { RecordedChunkDocument, TaskProofDocument } from "../../../offchain/store/documents.ts";
import { AnchoredSessions } from "../../support/anchored-sessions.ts";
import { FIRST_SLOT, SlotWorld } from "../../support/slot-world.ts";

describe("a node's proofs of a slot, from a chain in this process and the chunks on disk", function () {
  this.timeout(120_000);
  let sessions: AnchoredSessions;
  let world: SlotWorld;
  let sealed: readonly SealedSession[];
  let corpus: Corpus;
  let headNumber: number;

  before(async () => {
    sessions = await AnchoredSessions.start(hre);
    sealed = [await sessions.seal(), await sessions.seal()];
    await sessions.anchor(sealed, "batch");
    const { chain } = sessions;
    for (const one of sealed) await storeChunks(one, chain.registrar, chain);
    headNumber = await chain.anchors.head();
    world = new SlotWorld(chain);
    corpus = await Corpus.resume(0, {
      confirmed: new ConfirmedBlocks(1, chainBlocks(chain.evm.provider)),
      storedChunks: (range) => chain.chunkStore.storedChunks(range),
      recordedChunks: chain.store.recordedChunks,
    });
  });
  after(async () => {
    await sessions?.[Symbol.asyncDispose]();
  });

  /** Every slot with a hash of its own, on the same block. */
  const headOf = (slot: number): HeadBlock => ({ slot, number: headNumber, hash: id(`slot ${slot}`) });
  const modules = (): ProofModules => ({
    ...world.modules,
    corpus,
    held: new HeldSessions(sessions.dataDir),
    dataDir: sessions.dataDir,
  });

  async function proofsOf(slot: number): Promise<readonly TaskProofDocument[]> {
    return (await world.store.taskProofs.bySlot(slot)).documents;
  }

  async function storageCase(proof: TaskProofDocument): Promise<ProofCase> {
    const { hash } = headOf(proof.slot);
    const corpusSize = await corpus.size(headNumber);
    const challenge = proof.type === "storage_availability" ? proof.value.challenge : 0;
    const index = challengedChunk(hash, proof.nodeId, challenge, corpusSize);
    const recorded = await corpus.chunkAt(index);
    const { commitment, idx, sizeBytes, ciphertextSha256, contentRoot } = recorded as RecordedChunkDocument;
    const session = sealed.find((one) => sessionCommitment(one.session) === commitment);
    const chunk = { idx, sizeBytes, ciphertextSha256, contentRoot };
    const entry = { index, commitment, chunk, merkleRoot: session?.manifest.merkleRoot ?? "" };
    const evidence = {
      registration: { vrfPublicKey: "0x" },
      isAdmitted: true,
      slotHash: hash,
      corpusSize,
      entry,
    };
    return { proof, evidence } as ProofCase;
  }
  const refusalOf = (given: ProofCase) =>
    verifyProof(given, { hasher: new MessageHasher(world.domain), verifyVrf });

  it("count by the rules: a beacon and four answers, once however often they are made", async () => {
    const slot = FIRST_SLOT;
    world.clock.set(slotStart(slot) + 1_000);
    const made = await makeProofs(world.first, headOf(slot), modules());
    assert.deepEqual(made, {
      isBeaconNew: true,
      answered: 4,
      unanswered: [],
      receipts: { used: 0, refused: 0, late: 0 },
    });
    const proofs = await proofsOf(slot);
    const storage = proofs.filter(({ type }) => type === "storage_availability");
    assert.lengthOf(storage, 4);
    for (const proof of storage) assert.isUndefined(refusalOf(await storageCase(proof)));
    const beacon = proofs.find(({ type }) => type === "uptime_beacon") as TaskProofDocument;
    const { vrfPublicKey } = world.first;
    const evidence = { registration: { vrfPublicKey }, isAdmitted: true, slotHash: headOf(slot).hash };
    assert.isUndefined(refusalOf({ proof: beacon, evidence } as ProofCase));

    const again = await makeProofs(world.first, headOf(slot), modules());
    assert.isFalse(again.isBeaconNew);
    assert.lengthOf(await proofsOf(slot), 5);
  });

  it("name the pool that the node works for", async () => {
    const slot = FIRST_SLOT + 1;
    world.clock.set(slotStart(slot) + 1_000);
    const pool = world.outsider.nodeId;
    world.register(pool, { kind: "pool" });
    world.register(world.first.nodeId, { poolId: pool });
    await makeProofs(world.first, headOf(slot), modules());
    for (const { poolId } of await proofsOf(slot)) assert.equal(poolId, pool);
    world.register(pool);
    world.register(world.first.nodeId);
  });

  it("are refused where a node answers with the chunk that its neighbour was asked for", async () => {
    const slot = FIRST_SLOT + 2;
    world.clock.set(slotStart(slot) + 1_000);
    const { answers } = await answerChallenges(world.second.nodeId, headOf(slot), modules());
    const own = await answerChallenges(world.first.nodeId, headOf(slot), modules());
    const challenge = own.answers.findIndex(
      ({ chunk }, at) => chunk.contentRoot !== answers[at]?.chunk.contentRoot,
    );
    const value = answers[challenge] as NonNullable<(typeof answers)[number]>;
    const stolen = await proofBy(world.first, slot, value);
    assert.equal(refusalOf(await storageCase(stolen)), "CHALLENGE_WRONG_CHUNK");
    const kept = await proofBy(world.first, slot, own.answers[challenge] as typeof value);
    assert.isUndefined(refusalOf(await storageCase(kept)));
  });

  async function proofBy(identity: Identity, slot: number, value: object): Promise<TaskProofDocument> {
    const content = { nodeId: identity.nodeId, slot, type: "storage_availability", value };
    const proof = await signProof(identity.wallet, world.domain, content as never);
    return { ...proof, ts: world.clock.now() } as TaskProofDocument;
  }

  it("answer about half of the challenges where half of the chunks are lost or damaged", async () => {
    // A copy of the folder, as another node has it.
    await using other = await mkdtempDisposable(join(tmpdir(), "lucid-half-"));
    await cp(join(sessions.dataDir, "sessions"), join(other.path, "sessions"), { recursive: true });
    let chunks = 0;
    for (const { manifest } of sealed) {
      const directory = join(other.path, "sessions", manifest.sessionId);
      for (const { idx } of manifest.chunks) {
        chunks += 1;
        if (idx % 4 === 1) await rm(chunkPath(directory, idx));
        if (idx % 4 === 3) await writeFile(chunkPath(directory, idx), "damaged");
      }
    }
    assert.isAbove(chunks, 8, "chunks to draw from");
    const held = new HeldSessions(other.path);
    let [answered, unreadable] = [0, 0];
    for (let slot = 0; slot < 100; slot += 1) {
      const { answers, unanswered } = await answerChallenges(world.first.nodeId, headOf(slot), {
        corpus,
        held,
      });
      answered += answers.length;
      unreadable += unanswered.filter(({ reason }) => reason === "chunk-unreadable").length;
    }
    assert.equal(answered + unreadable, 400);
    assert.isAbove(answered, 140);
    assert.isBelow(answered, 260);
  });

  it("leave a session out that was deleted, and find one that came, each from the next slot on", async () => {
    const held = new HeldSessions(sessions.dataDir);
    const added = await sessions.seal();
    const commitment = sessionCommitment(added.session);
    assert.equal((await held.find(commitment, 1))?.directory, added.directory);
    await mkdir(join(sessions.dataDir, "sessions", "00000000-0000-4000-8000-000000000009"));
    await rm(added.directory, { recursive: true });
    assert.isUndefined(await held.find(commitment, 2));
  });

  describe("relay receipts", () => {
    const bytes = 1_000;

    async function leaveReceipt(slot: number, nodeId = world.first.nodeId): Promise<string> {
      const { sessionId } = sealed[0]?.manifest as { sessionId: string };
      const message = { sessionId: sealed[0]?.session.sessionId as string, nodeId, slot, bytes };
      const named = { name: "RelayReceipt", message } as const;
      const signature = await signMessage(sessions.owner, world.domain, named);
      const folder = receiptsFolder(sessions.dataDir);
      return await writeReceipt(folder, { sessionId, nodeId, slot, bytes, signature });
    }
    const filesIn = async (name = "") =>
      (await readdir(join(receiptsFolder(sessions.dataDir), name)).catch(() => [])).filter((file) =>
        file.endsWith(".json"),
      );

    it("are used once, by the node and in the slot that they name", async () => {
      const slot = FIRST_SLOT + 10;
      world.clock.set(slotStart(slot) + 1_000);
      await leaveReceipt(slot);
      await leaveReceipt(slot + 1);
      await leaveReceipt(slot, world.second.nodeId);
      const { receipts } = await makeProofs(world.first, headOf(slot), modules());
      assert.deepEqual(receipts, { used: 1, refused: 0, late: 0 });
      const again = await makeProofs(world.first, headOf(slot), modules());
      assert.deepEqual(again.receipts, { used: 0, refused: 0, late: 0 });
      const relayed = (await proofsOf(slot)).filter(({ type }) => type === "relay_bandwidth");
      assert.lengthOf(relayed, 1);
      const content = {
        commitment: id("content"),
        owner: sessions.owner.address.toLowerCase(),
        registeredAt: slotStart(slot - 5) / 1_000,
        sizeBytes: 10_000,
        isRecorded: true,
      };
      const evidence = { registration: { vrfPublicKey: "0x" }, isAdmitted: true, contents: [content] };
      assert.isUndefined(refusalOf({ proof: relayed[0], evidence } as ProofCase));
      assert.lengthOf(await filesIn("used"), 1);
      assert.lengthOf(await filesIn(), 2, "of the next slot, and of the other node");
    });

    it("are moved aside where they come too late, or are none", async () => {
      const slot = FIRST_SLOT + 20;
      world.clock.set(closingTime(slot) + 1);
      await leaveReceipt(slot);
      const folder = receiptsFolder(sessions.dataDir);
      await writeFile(join(folder, "note.json"), "{}");
      await writeFile(join(folder, "long.json"), "x".repeat(10_000));
      const waiting = (await filesIn()).length;
      const { receipts } = await makeProofs(world.first, headOf(slot), modules());
      assert.deepEqual(receipts, { used: 0, refused: 2, late: waiting - 2 });
      assert.isEmpty(await filesIn());
    });

    it("that were inserted before a crash are the same proof after it", async () => {
      const slot = FIRST_SLOT + 30;
      world.clock.set(slotStart(slot) + 1_000);
      const path = await leaveReceipt(slot);
      await makeProofs(world.first, headOf(slot), modules());
      const folder = receiptsFolder(sessions.dataDir);
      await cp(join(folder, "used", path.slice(folder.length + 1)), path);
      await makeProofs(world.first, headOf(slot), modules());
      const relayed = (await proofsOf(slot)).filter(({ type }) => type === "relay_bandwidth");
      assert.lengthOf(relayed, 1);
    });
  });

  it("hold the validation of a block, once", async () => {
    const slot = FIRST_SLOT + 40;
    world.clock.set(slotStart(slot) + 30_000);
    const blockHash = id("block");
    assert.isTrue(await validateBlock(world.second, { slot, blockHash }, world.modules));
    assert.isFalse(await validateBlock(world.second, { slot, blockHash }, world.modules));
    const [proof] = await proofsOf(slot);
    const evidence = { registration: { vrfPublicKey: "0x" }, isAdmitted: true, blockHash };
    assert.isUndefined(refusalOf({ proof, evidence } as ProofCase));
  });
});
