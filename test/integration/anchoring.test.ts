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
import { anchorSessions } from "../../offchain/anchoring/anchor-sessions.ts";
import { enterWaitingSessions } from "../../offchain/anchoring/enter-waiting-sessions.ts";
import { AnchoringError } from "../../offchain/anchoring/errors.ts";
import type { AnchorOutcome } from "../../offchain/anchoring/find-registered.ts";
import { proveChunk } from "../../offchain/anchoring/prove-chunk.ts";
import { recordedSession } from "../../offchain/anchoring/recorded-session.ts";
import { storeChunks } from "../../offchain/anchoring/store-chunks.ts";
import { updateChunks } from "../../offchain/anchoring/update-chunks.ts";
import type { Verification } from "../../offchain/anchoring/verification.ts";
import { verifySession } from "../../offchain/anchoring/verify-session.ts";
import { readSettings } from "../../offchain/config/settings.ts";
import {
  findContract,
  findDeploymentBlock,
  identifyChain,
  writeDeployment,
} from "../../offchain/contracts/deployment.ts";
import { ContractError } from "../../offchain/contracts/errors.ts";
import { MAX_SESSIONS_PER_TREE } from "../../offchain/contracts/lucid-anchors/client.ts";
import type { ContractName } from "../../offchain/contracts/registry.ts";
import { LucidError } from "../../offchain/errors.ts";
import { sealSession } from "../../offchain/sessions/seal-session.ts";
import type { SealedSession } from "../../offchain/sessions/sealed-session.ts";
import type { SessionDocument } from "../../offchain/store/documents.ts";
import { openStore } from "../../offchain/store/open-store.ts";
import { rejection } from "../support/rejection.ts";

const SAMPLE = resolve(import.meta.dirname, "../../samples/text-tour.cast");
/** Small enough that the sample has several chunks. */
const CHUNK_BYTES = 8 * 1024;

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
  const verify = ({ directory }: SealedSession, confirmations = 1, { anchors, store } = chain) =>
    verifySession(
      directory,
      { anchors, findRecorded: (sessionId) => recordedSession(store, sessionId) },
      { confirmations },
    );
  const codes = ({ findings }: Verification) => findings.map(({ code }) => code);
  const wasRegistered = (outcome: AnchorOutcome | undefined) => outcome?.wasRegistered;
  const treesOnChain = async () => {
    const roots: string[] = [];
    for await (const trees of chain.anchors.registeredTrees()) roots.push(...trees.map(({ root }) => root));
    return roots;
  };

  /** The store, with a second process on it that does something between each look and the write that follows. */
  const meddling = (meddle: () => Promise<unknown>) =>
    new Proxy(chain.store, {
      get: (target, name) => {
        if (name !== "sessions") return Reflect.get(target, name, target);
        return new Proxy(target.sessions, {
          get: (sessions, method) => {
            const value = Reflect.get(sessions, method, sessions);
            if (method !== "moveMany") return typeof value === "function" ? value.bind(sessions) : value;
            return async (moves: Parameters<typeof sessions.moveMany>[0]) => {
              if (moves.length > 0) await meddle();
              return await sessions.moveMany(moves);
            };
          },
        });
      },
    });

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
      assert.deepEqual(outcomes.map(wasRegistered), [true, true, true], mode);
    }
    assert.deepEqual((await anchor([c, d, a], "tree")).map(wasRegistered), [true, false, true]);
    assert.lengthOf(await treesOnChain(), 2);
  });

  it("sends no tree while another process anchors one of its sessions", async () => {
    const [a, b] = (await sealMany(2)) as [SealedSession, SealedSession];
    const { sessionId } = b.manifest;
    const meddled = meddling(() => chain.store.sessions.move(sessionId, "sealed", "pending"));
    assert.equal(await codeOf(anchor([a, b], "tree", meddled)), "SESSIONS_CHANGED");
    assert.lengthOf(await treesOnChain(), 0);
    assert.deepEqual((await anchor([a, b], "tree")).map(wasRegistered), [false, false]);
  });

  it("says so when another process keeps changing the entry of a session that it anchored", async () => {
    const [a] = (await sealMany(1)) as [SealedSession];
    const { sessionId } = a.manifest;
    const swapped = { sealed: "pending", pending: "sealed", anchored: "sealed" } as const;
    const meddled = meddling(async () => {
      const { status } = (await chain.store.sessions.get(sessionId)) as SessionDocument;
      await chain.store.sessions.move(sessionId, status, swapped[status]);
    });
    assert.equal(await codeOf(anchor([a], "single", meddled)), "ANCHORS_NOT_ENTERED");
    assert.deepEqual((await anchor([a], "single")).map(wasRegistered), [true]);
    assert.equal((await chain.store.sessions.get(sessionId))?.status, "anchored");
  });

  it("asks once which transaction registered a tree, however many of its sessions are looked up", async () => {
    const sessions = await sealMany(5);
    await anchor(sessions, "tree");
    for (const { manifest } of sessions) {
      const unset = ["anchor_txid", "block_number"] as const;
      await chain.store.sessions.move(manifest.sessionId, "anchored", "pending", {}, unset);
    }
    let searches = 0;
    const counting = new Proxy(chain.anchors, {
      get: (target, name) => {
        if (name === "findTree") searches += 1;
        const value = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    const request = { sessions, mode: "tree", signer: chain.registrar } as const;
    const outcomes = await anchorSessions(request, { anchors: counting, store: chain.store });
    assert.deepEqual(outcomes.map(wasRegistered), [true, true, true, true, true]);
    assert.equal(searches, 1);
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

    assert.deepEqual((await anchor([c, b, a], "tree")).map(wasRegistered), [false, true, true]);
    assert.lengthOf(await treesOnChain(), 2, "one for the first two, one for the third");
    for (const sealed of [a, b, c]) assert.equal((await verify(sealed)).verdict, "verified");
  });

  it("names the transaction of whoever was quicker", async () => {
    const sealed = await seal();
    const { hash } = await chain.anchors.registerSession(chain.registrar, sealed.session);
    const [outcome] = await anchor([sealed], "single");
    assert.deepInclude(outcome?.anchor, { txid: hash });
  });

  it("does not believe its store about another chain", async () => {
    const sealed = await seal();
    await anchor([sealed], "batch");
    await using other = await startInProcessChain(hre);
    const request = { sessions: [sealed], mode: "tree", signer: other.registrar } as const;
    const [outcome] = await anchorSessions(request, { anchors: other.anchors, store: chain.store });
    assert.isFalse(wasRegistered(outcome));
    const entry = await chain.store.sessions.get(sealed.manifest.sessionId);
    assert.equal(entry?.anchor_mode, "tree");
    const verification = await verify(sealed, 1, { ...chain, anchors: other.anchors });
    assert.equal(verification.verdict, "verified");
  });

  it("keeps the path to a tree when it is asked to anchor on another chain", async () => {
    const [a, b] = (await sealMany(2)) as [SealedSession, SealedSession];
    await anchor([a, b], "tree");
    const before = (await verify(a)).anchor?.registeredAt;
    await using other = await startInProcessChain(hre);
    const request = { sessions: [a], mode: "single", signer: other.registrar } as const;
    await anchorSessions(request, { anchors: other.anchors, store: chain.store });
    const verification = await verify(a);
    assert.equal(verification.verdict, "verified");
    assert.equal(verification.anchor?.registeredAt, before);
  });

  it("refuses two contents under one name", async () => {
    const a = await seal();
    const otherFolder = join(dataDir, "other");
    await new Promise((done) => setTimeout(done, 5));
    const b = await seal(a.manifest.sessionId, otherFolder);
    assert.notEqual(a.manifestHash, b.manifestHash);
    assert.equal(await codeOf(anchor([a, b], "batch")), "SESSION_NAMED_TWICE");
  });

  it("refuses more sessions than a tree holds, before anything is recorded, asked or sent", async () => {
    const sealed = await seal();
    const many = Array.from({ length: MAX_SESSIONS_PER_TREE + 1 }, (_, i) => {
      const sessionId = `00000000-0000-4000-8000-${i.toString(16).padStart(12, "0")}`;
      return { ...sealed, manifest: { ...sealed.manifest, sessionId } };
    });
    const error = await rejection(anchor(many, "tree"), AnchoringError);
    assert.deepEqual(error.details, {
      code: "TREE_TOO_LARGE",
      sessions: MAX_SESSIONS_PER_TREE + 1,
      maximum: MAX_SESSIONS_PER_TREE,
    });
    assert.equal(await chain.store.sessions.count(), 0, "sessions recorded");
    assert.isEmpty(await treesOnChain());
  });

  it("enters sessions whose seal was killed before it could, and leaves out what it cannot read", async () => {
    const [a, b] = (await sealMany(2)) as [SealedSession, SealedSession];
    await writeFile(join(b.directory, "manifest.json"), "{");
    const { sessions, missing } = await enterWaitingSessions(dataDir, chain.store);
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
    assert.equal((await verify(sealed, 3)).verdict, "verified");
  });

  it("finds the event of an anchor that is pages of blocks back", async () => {
    const sealed = await seal();
    await chain.mine(15_000);
    const { hash } = await chain.anchors.registerSession(chain.registrar, sealed.session);
    await chain.mine(25_000);
    const { verdict, anchor } = await verify(sealed);
    assert.equal(verdict, "verified");
    assert.equal(anchor?.txid, hash);
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
      assert.deepInclude(again, { recordedBefore: chunks.length, runs: [] });
      const statuses = await Promise.all([0, 1, 2].map((idx) => emptied.chunks.get(sessionId, idx)));
      assert.deepEqual(
        statuses.map((chunk) => chunk?.status),
        ["deleted", "stored", "deleted"],
      );
    });

    it("are refused where the session is not anchored, or the chunk is none of its", async () => {
      const sealed = await seal();
      assert.equal(await codeOf(storeChunks(sealed, chain.registrar, chain)), "SESSION_NOT_ANCHORED");
      assert.equal(await codeOf(proveChunk(sealed, 0, chain.prover, chain.chunkStore)), "CONTRACT_REVERTED");
      assert.equal(
        await codeOf(proveChunk(sealed, 99, chain.prover, chain.chunkStore)),
        "CHUNK_INDEX_OUT_OF_RANGE",
      );
      const update = updateChunks(sealed, [0], "Missing", chain.registrar, chain);
      assert.equal(await codeOf(update), "CONTRACT_REVERTED");
    });
  });

  it("finds the contracts by settings, then by the record of deploy, and says which it lacks", async () => {
    const { provider } = chain.evm;
    const identity = await identifyChain(provider);
    const settings = (env: Record<string, string> = {}) => readSettings({ LUCID_DATA_DIR: dataDir, ...env });
    const find = (env?: Record<string, string>, contract: ContractName = "LucidAnchors") =>
      findContract(contract, provider, settings(env));
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
    assert.equal(await codeOf(find({}, "LucidCheckpoints")), "DEPLOYMENT_UNKNOWN");
    const { address: checkpoints } = chain.checkpoints;
    assert.deepEqual(await find({ LUCID_CHECKPOINTS_ADDRESS: checkpoints }, "LucidCheckpoints"), {
      address: checkpoints,
      deploymentBlock: 0,
    });
    assert.deepEqual(await find({ LUCID_ANCHORS_ADDRESS: chunkStore }), {
      address: chunkStore,
      deploymentBlock: 0,
    });
    assert.equal(await codeOf(find({ LUCID_ANCHORS_ADDRESS: owner.address })), "CONTRACT_ABSENT");
    const record = join(dataDir, "deployments", `chain-${chainId}-${genesisHash.slice(2, 10)}`, "lucid.json");
    await writeFile(record, "{}");
    assert.equal(await codeOf(find()), "DEPLOYMENT_CORRUPT");
  });

  it("finds the block that deployed the contracts, and none where it is not after the start", async () => {
    const { provider } = chain.evm;
    const { address } = chain.anchors;
    assert.isAbove(await findDeploymentBlock(provider, address, 0), 0);
    await chain.mine(1);
    const head = await provider.getBlockNumber();
    const { details } = await rejection(findDeploymentBlock(provider, address, head), ContractError);
    assert.deepEqual(details, {
      code: "DEPLOYMENT_FAILED",
      reason: `LucidAnchors at ${address} emitted no event since block ${head}`,
    });
  });
});
