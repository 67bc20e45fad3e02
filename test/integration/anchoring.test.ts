import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { assert } from "chai";
import { Wallet } from "ethers";
import hre from "hardhat";
import { localKey } from "../../devnet/anvil.ts";
import { type InProcessChain, startInProcessChain } from "../../devnet/in-process-chain.ts";
import type { AnchorMode } from "../../offchain/anchoring/anchor.ts";
import { type AnchorOutcome, anchorSessions } from "../../offchain/anchoring/anchor-sessions.ts";
import { proveChunk } from "../../offchain/anchoring/prove-chunk.ts";
import { recordedTree } from "../../offchain/anchoring/record-session.ts";
import {
  makeSessionProof,
  parseSessionProof,
  type SessionProof,
  verifySessionProof,
} from "../../offchain/anchoring/session-proof.ts";
import { storeChunks } from "../../offchain/anchoring/store-chunks.ts";
import { updateChunks } from "../../offchain/anchoring/update-chunks.ts";
import { type Verification, verifySession } from "../../offchain/anchoring/verify-session.ts";
import { waitingSessions } from "../../offchain/anchoring/waiting-sessions.ts";
import { readSettings } from "../../offchain/config.ts";
import { findContract, identifyChain, writeDeployment } from "../../offchain/contracts/deployment.ts";
import { LucidAnchorsClient } from "../../offchain/contracts/lucid-anchors.ts";
import { LucidError } from "../../offchain/errors.ts";
import { type SealedSession, sealSession } from "../../offchain/sessions/seal-session.ts";
import { openStore } from "../../offchain/store/open-store.ts";

const SAMPLE = resolve(import.meta.dirname, "../../samples/text-tour.cast");
/** Small enough that the sample has several chunks. */
const CHUNK_BYTES = 8 * 1024;
const CHAIN_ID = 31337;

describe("anchoring, on a chain in this process", function () {
  this.timeout(60_000);
  let chain: InProcessChain;
  let dataDir: string;
  let recipient: string;
  const owner = new Wallet(localKey(2));

  before(async () => {
    recipient = await identityToRecipient(await generateX25519Identity());
  });
  beforeEach(async () => {
    chain = await startInProcessChain(hre);
    dataDir = await mkdtemp(join(tmpdir(), "lucid-anchoring-"));
  });
  afterEach(async () => {
    await chain[Symbol.asyncDispose]();
    await rm(dataDir, { recursive: true });
  });

  const seal = (sessionId?: string, folder = dataDir) =>
    sealSession({
      source: SAMPLE,
      dataDir: folder,
      owner,
      recipients: [recipient],
      chunkBytes: CHUNK_BYTES,
      sessionId,
    });
  const sealMany = async (count: number) => {
    const sessions: SealedSession[] = [];
    for (let i = 0; i < count; i++) sessions.push(await seal());
    return sessions;
  };
  const anchor = (sessions: SealedSession[], mode: AnchorMode, store = chain.store) =>
    anchorSessions({ sessions, mode, signer: chain.registrar }, { anchors: chain.anchors, store });
  const verify = ({ directory }: SealedSession, confirmations = 1) =>
    verifySession(directory, {
      anchors: chain.anchors,
      findTree: (sessionId) => recordedTree(chain.store, sessionId),
      confirmations,
    });
  const proofOf = async (sealed: SealedSession) =>
    makeSessionProof(
      sealed,
      await recordedTree(chain.store, sealed.manifest.sessionId),
      chain.anchors,
      CHAIN_ID,
    );
  const check = (proof: SessionProof, trusted?: string) =>
    verifySessionProof(proof, { anchors: chain.anchors, trusted, confirmations: 1 });
  const codes = ({ steps }: Verification) =>
    steps.flatMap(({ findings }) => findings.map(({ code }) => code));
  const stood = (outcome: AnchorOutcome | undefined) => outcome && "anchor" in outcome && outcome.stood;
  const treesOnChain = async () => {
    const roots: string[] = [];
    for await (const trees of chain.anchors.registeredTrees()) roots.push(...trees.map(({ root }) => root));
    return roots;
  };

  async function codeOf(work: Promise<unknown>): Promise<string> {
    const error = await work.then(
      () => assert.fail("it went through"),
      (thrown) => thrown,
    );
    if (!(error instanceof LucidError)) throw error;
    return error.code;
  }

  it("sends nothing twice, in whatever mode and company a session comes again", async () => {
    const [a, b, c, d] = (await sealMany(4)) as [SealedSession, SealedSession, SealedSession, SealedSession];
    await anchor([a], "single");
    await anchor([b, c], "tree");
    for (const mode of ["single", "batch", "tree"] as const) {
      const outcomes = await anchor([a, b, c], mode);
      assert.deepEqual(outcomes.map(stood), [true, true, true], mode);
    }
    assert.deepEqual((await anchor([c, d, a], "tree")).map(stood), [true, false, true]);
    assert.lengthOf(await treesOnChain(), 2);
  });

  it("finds a tree that was sent before its entries were made, whoever else comes along", async () => {
    const [a, b, c] = (await sealMany(3)) as [SealedSession, SealedSession, SealedSession];
    const killed = new Error("killed");
    // The run ends when its transaction is mined: everything that it would have entered afterwards is missing.
    const dying = new Proxy(chain.anchors, {
      get: (target, name) => {
        if (name !== "registerSessionTree") {
          const value = Reflect.get(target, name, target);
          return typeof value === "function" ? value.bind(target) : value;
        }
        return async (...args: Parameters<typeof target.registerSessionTree>) => {
          await target.registerSessionTree(...args);
          throw killed;
        };
      },
    });
    const request = { sessions: [a, b], mode: "tree", signer: chain.registrar } as const;
    const error = await anchorSessions(request, { anchors: dying, store: chain.store }).catch(
      (thrown) => thrown,
    );
    assert.equal(error, killed);
    assert.lengthOf(await treesOnChain(), 1);

    assert.deepEqual((await anchor([c, b, a], "tree")).map(stood), [false, true, true]);
    assert.lengthOf(await treesOnChain(), 2, "one for the first two, one for the third");
    for (const sealed of [a, b, c]) assert.isTrue((await verify(sealed)).verified);
  });

  it("holds up nobody for a session whose id is squatted, and keeps that in mind", async () => {
    const [a, b] = (await sealMany(2)) as [SealedSession, SealedSession];
    await chain.anchors.registerSession(chain.registrar, { ...a.session, startedAt: 1 });
    const [first, second] = await anchor([a, b], "batch");
    assert.isTrue(first && "squatted" in first && first.squatted.code === "SESSION_SQUATTED");
    assert.isTrue(second && "anchor" in second);
    assert.equal((await chain.store.sessions.get(a.manifest.sessionId))?.status, "squatted");
    assert.deepEqual(codes(await verify(a)), ["SESSION_CONFLICTS"]);
  });

  it("names the transaction of whoever was quicker", async () => {
    const sealed = await seal();
    const { hash } = await chain.anchors.registerSession(chain.registrar, sealed.session);
    const [outcome] = await anchor([sealed], "single");
    assert.deepInclude(outcome && "anchor" in outcome && outcome.anchor, { txid: hash });
  });

  it("does not believe its store about another chain", async () => {
    const sealed = await seal();
    await anchor([sealed], "batch");
    await using other = await startInProcessChain(hre);
    const request = { sessions: [sealed], mode: "tree", signer: other.registrar } as const;
    const [outcome] = await anchorSessions(request, { anchors: other.anchors, store: chain.store });
    assert.isFalse(stood(outcome));
    const entry = await chain.store.sessions.get(sealed.manifest.sessionId);
    assert.equal(entry?.anchor_mode, "tree");
    const findTree = (sessionId: string) => recordedTree(chain.store, sessionId);
    const modules = { anchors: other.anchors, findTree, confirmations: 1 };
    assert.isTrue((await verifySession(sealed.directory, modules)).verified);
  });

  it("refuses two contents under one name", async () => {
    const a = await seal();
    const otherFolder = join(dataDir, "other");
    await new Promise((done) => setTimeout(done, 5));
    const b = await seal(a.manifest.sessionId, otherFolder);
    assert.notEqual(a.manifestHash, b.manifestHash);
    assert.equal(await codeOf(anchor([a, b], "batch")), "SESSION_NAMED_TWICE");
  });

  it("enters sessions whose seal was killed before it could, and leaves out what it cannot read", async () => {
    const [a, b] = (await sealMany(2)) as [SealedSession, SealedSession];
    await writeFile(join(b.directory, "manifest.json"), "{");
    const { sessions, missing } = await waitingSessions(dataDir, chain.store);
    assert.deepEqual(
      sessions.map(({ manifest }) => manifest.sessionId),
      [a.manifest.sessionId],
    );
    assert.deepInclude(missing[0], { sessionId: b.manifest.sessionId });
    assert.equal((await chain.store.sessions.get(a.manifest.sessionId))?.status, "sealed");
  });

  it("verifies only what has its confirmations", async () => {
    const sealed = await seal();
    await anchor([sealed], "single");
    assert.deepEqual(codes(await verify(sealed, 3)), ["SESSION_NOT_FINAL"]);
    await anchor(await sealMany(2), "single");
    assert.isTrue((await verify(sealed, 3)).verified);
  });

  it("finds an event that lies pages of blocks back", async () => {
    const sealed = await seal();
    await anchor([sealed], "single");
    await chain.mine(25_000);
    assert.isTrue((await verify(sealed)).verified);
  });

  describe("a proof", () => {
    it("holds after the session of a tree got a slot of its own, and still names the earlier block", async () => {
      const [a] = (await sealMany(2)) as [SealedSession];
      const [outcome] = await anchor([a], "tree");
      const before = await proofOf(a);
      await storeChunks(a, chain.registrar, chain);
      assert.isTrue(await chain.anchors.isRegistered(a.session.sessionId), "it was promoted");
      assert.isTrue((await check(before)).verified);
      assert.deepEqual(await proofOf(a), before);
      const block = outcome && "anchor" in outcome ? outcome.anchor.blockNumber : undefined;
      assert.equal((await verify(a)).location?.blockNumber, block);
    });

    it("does not hold for a start that the owner never signed", async () => {
      const sealed = await seal();
      const session = { ...sealed.session, startedAt: 1 };
      await chain.anchors.registerSession(chain.registrar, session);
      const proof = await makeSessionProof({ ...sealed, session }, undefined, chain.anchors, CHAIN_ID);
      assert.deepEqual(codes(await check(proof)), ["PROOF_SESSION_DIFFERS"]);
    });

    it("does not hold with any of its parts changed", async () => {
      const [a, b] = (await sealMany(2)) as [SealedSession, SealedSession];
      await anchor([a, b], "tree");
      const proof = await proofOf(a);
      const other = await proofOf(b);
      assert.isTrue((await check(proof, chain.anchors.address)).verified);
      const changed: [Partial<SessionProof>, string][] = [
        [{ manifest: other.manifest }, "PROOF_SESSION_DIFFERS"],
        [{ manifest: proof.manifest.slice(1) }, "MANIFEST_MALFORMED"],
        [{ ownerSignature: other.ownerSignature }, "SESSION_SIGNATURE_FOREIGN"],
        [{ session: other.session }, "SESSION_NOT_ANCHORED"],
        [{ transaction: `0x${"11".repeat(32)}` }, "PROOF_TRANSACTION_DIFFERS"],
        [{ blockNumber: proof.blockNumber - 1 }, "PROOF_TRANSACTION_DIFFERS"],
        [{ tree: { root: `0x${"11".repeat(32)}`, proof: [] } }, "SESSION_NOT_ANCHORED"],
      ];
      for (const [change, code] of changed) {
        const verification = await check({ ...proof, ...change });
        assert.include(codes(verification), code, Object.keys(change).join());
        assert.isFalse(verification.verified);
      }
      assert.deepEqual(codes(await check(proof, chain.chunkStore.address)), ["PROOF_CONTRACT_DIFFERS"]);
      const { evm } = chain;
      for (const address of [chain.chunkStore.address, owner.address]) {
        const foreign = new LucidAnchorsClient({ address, deploymentBlock: 0 }, { evm });
        const asked = verifySessionProof(proof, { anchors: foreign, trusted: undefined, confirmations: 1 });
        assert.include(["CONTRACT_FOREIGN", "RPC_FAILED"], await codeOf(asked), address);
      }
    });

    it("is read strictly", async () => {
      const sealed = await seal();
      await anchor([sealed], "single");
      const proof = await proofOf(sealed);
      const text = JSON.stringify(proof);
      assert.deepEqual(parseSessionProof(text, "proof.json"), proof);
      const broken = [
        text.slice(1),
        text.replace('"version":1', '"version":2'),
        text.replace('"version":1', '"version":1,"more":1'),
        text.replace(`"chunkCount":${proof.session.chunkCount}`, '"chunkCount":4294967296'),
        text.replace(proof.session.sessionId, `0x${"11".repeat(32)}`),
        text.replace(proof.contract, proof.contract.toLowerCase()),
      ];
      for (const one of broken) {
        assert.equal(
          await codeOf(Promise.resolve().then(() => parseSessionProof(one, "f"))),
          "PROOF_MALFORMED",
          one,
        );
      }
    });
  });

  describe("chunks", () => {
    it("are recorded from where a killed run ended, and entered as the chain has them", async () => {
      const sealed = await seal();
      await anchor([sealed], "single");
      const { chunks, sessionId } = sealed.manifest;
      assert.isAbove(chunks.length, 2);
      await storeChunks(sealed, chain.registrar, chain);
      await updateChunks(sealed, [2, 0, 2], "Deleted", chain.registrar, chain);
      assert.equal((await chain.store.chunks.get(sessionId, 0))?.status, "deleted");

      await using emptied = await openStore({ setting: "memory:" });
      const again = await storeChunks(sealed, chain.registrar, { ...chain, store: emptied });
      assert.deepInclude(again, { stood: chunks.length, runs: [] });
      const statuses = await Promise.all([0, 1, 2].map((idx) => emptied.chunks.get(sessionId, idx)));
      assert.deepEqual(
        statuses.map((chunk) => chunk?.status),
        ["deleted", "stored", "deleted"],
      );
    });

    it("are refused where the session is not anchored, or the chunk is none of its", async () => {
      const sealed = await seal();
      assert.equal(await codeOf(storeChunks(sealed, chain.registrar, chain)), "SESSION_NOT_ANCHORED");
      assert.equal(
        await codeOf(proveChunk(sealed, 0, chain.prover, chain.chunkStore)),
        "CHUNK_PROOF_REFUSED",
      );
      assert.equal(
        await codeOf(proveChunk(sealed, 99, chain.prover, chain.chunkStore)),
        "CHUNK_INDEX_OUT_OF_RANGE",
      );
      const update = updateChunks(sealed, [0], "Missing", chain.registrar, chain);
      assert.equal(await codeOf(update), "CONTRACT_REVERTED");
    });
  });

  it("finds the contracts by settings, then by the record of deploy, and says which it lacks", async () => {
    const provider = chain.anchors.provider;
    const identity = await identifyChain(provider);
    const settings = (env: Record<string, string> = {}) => readSettings({ LUCID_DATA_DIR: dataDir, ...env });
    const find = (env?: Record<string, string>) => findContract("LucidAnchors", provider, settings(env));
    assert.equal(await codeOf(find()), "DEPLOYMENT_UNKNOWN");
    const { address: anchors } = chain.anchors;
    const { address: chunkStore } = chain.chunkStore;
    const { genesisHash, chainId } = identity;
    await writeDeployment(dataDir, {
      chainId: chainId.toString(),
      genesisHash,
      anchors,
      chunkStore,
      deploymentBlock: 1,
    });
    assert.deepEqual(await find(), { address: anchors, deploymentBlock: 1 });
    assert.deepEqual(await find({ LUCID_ANCHORS_ADDRESS: chunkStore }), {
      address: chunkStore,
      deploymentBlock: 0,
    });
    assert.equal(await codeOf(find({ LUCID_ANCHORS_ADDRESS: owner.address })), "CONTRACT_ABSENT");
    const record = join(dataDir, "deployments", `chain-${chainId}-${genesisHash.slice(2, 10)}`, "lucid.json");
    await writeFile(record, "{}");
    assert.equal(await codeOf(find()), "DEPLOYMENT_CORRUPT");
  });
});
