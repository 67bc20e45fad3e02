import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { assert } from "chai";
import { ContractFactory, Wallet, zeroPadValue } from "ethers";
import hre from "hardhat";
import { localKey } from "../../devnet/anvil.ts";
import { enterWaitingSessions } from "../../offchain/anchoring/enter-waiting-sessions.ts";
import { AnchoringError, type SignedContent } from "../../offchain/anchoring/errors.ts";
import { findAnchorTransaction } from "../../offchain/anchoring/find-anchor-transaction.ts";
import { makeSessionProof } from "../../offchain/anchoring/make-proof.ts";
import {
  encodeSessionProof,
  MAX_PROOF_BYTES,
  parseSessionProof,
  type SessionProof,
} from "../../offchain/anchoring/proof-format.ts";
import { recordedSession } from "../../offchain/anchoring/recorded-session.ts";
import { storeChunks } from "../../offchain/anchoring/store-chunks.ts";
import { updateChunks } from "../../offchain/anchoring/update-chunks.ts";
import type { Verification } from "../../offchain/anchoring/verification.ts";
import { verifySessionProof } from "../../offchain/anchoring/verify-proof.ts";
import { LucidAnchorsClient } from "../../offchain/contracts/lucid-anchors/client.ts";
import { findSession } from "../../offchain/sessions/find-session.ts";
import { encodeManifest, parseManifest } from "../../offchain/sessions/manifest.ts";
import type { SealedSession } from "../../offchain/sessions/sealed-session.ts";
import { sessionCommitment, sessionLeaf } from "../../offchain/sessions/session.ts";
import { sessionTree, sessionTreeProof } from "../../offchain/sessions/session-tree.ts";
import { openStore } from "../../offchain/store/open-store.ts";
import { ForgedAnchors__factory, LucidAnchors__factory } from "../../typechain-types/index.ts";
import { AnchoredSessions, CHAIN_ID, findingsOf, recordsOf } from "../support/anchored-sessions.ts";
import { rejection } from "../support/rejection.ts";

/** In 2001, long before any recording here; its digits do not occur in an id that ends in 1 and is padded with zeros. */
const FORGED_TIME = 1_000_000_007;
const ELSEWHERE = `0x${"11".repeat(32)}`;

describe("what verification may be told", function () {
  this.timeout(60_000);
  let world: AnchoredSessions;
  const anchored = async () => {
    const sealed = await world.seal();
    await world.anchor([sealed], "single");
    return sealed;
  };
  const inTree = async () => {
    const sessions = [await world.seal(), await world.seal()] as [SealedSession, SealedSession];
    await world.anchor(sessions, "tree");
    return sessions;
  };

  beforeEach(async () => {
    world = await AnchoredSessions.start(hre);
  });
  afterEach(() => world[Symbol.asyncDispose]());

  describe("a registrar who wants a session's id", () => {
    it("takes nothing from it: a tree's proofs hold, its chunks are recorded, its slot is its own", async () => {
      const [a] = await inTree();
      const before = await world.prove(a);
      const foreign = { ...a.session, manifestHash: ELSEWHERE };
      await world.chain.anchors.registerSession(world.chain.registrar, foreign);

      assert.equal((await world.check(before)).verdict, "verified");
      const [outcome] = await world.anchor([a], "single");
      assert.deepInclude(outcome, { wasRegistered: true });
      assert.equal(outcome?.anchor.mode, "tree");
      await storeChunks(a, world.chain.registrar, world.chain);
      assert.equal((await world.check(before)).verdict, "verified");
      assert.equal((await world.verify(a)).verdict, "verified");
    });

    it("makes noise without the owner's signature, which changes no verdict", async () => {
      const sealed = await world.seal();
      const { hash } = await world.chain.anchors.registerSession(world.chain.registrar, {
        ...sealed.session,
        manifestHash: ELSEWHERE,
      });
      await world.chain.anchors.registerSession(world.chain.registrar, {
        ...sealed.session,
        owner: world.chain.prover.address,
      });
      await world.anchor([sealed], "single");
      const { verdict, otherContents } = await world.verify(sealed);
      assert.equal(verdict, "verified");
      assert.deepEqual(
        otherContents.map(({ txid, manifestHash }) => ({ txid, manifestHash })),
        [{ txid: hash, manifestHash: ELSEWHERE }],
        "the one that names the owner is shown",
      );
    });
  });

  describe("an owner who signed two contents under one id", () => {
    const twice = async () => {
      const a = await world.seal();
      const { sessionId } = a.manifest;
      const b = await world.seal({ sessionId, dataDir: join(world.dataDir, "other"), startedAt: 1 });
      return [a, b] as const;
    };
    const contentsOf = ({ findings: [finding] }: Verification) => {
      assert.equal(finding?.code, "SESSION_EQUIVOCATED");
      const { earlier, later } = finding?.details as Record<"earlier" | "later", SignedContent>;
      return [earlier, later] as const;
    };

    it("is found by whoever has both signatures, and the earlier one is named first", async () => {
      const [a, b] = await twice();
      await using elsewhere = await openStore({ setting: "memory:" });
      await world.anchor([b], "single", elsewhere);
      await world.chain.mine(3);
      await world.anchor([a], "single");
      const verification = await world.verify(b);
      assert.deepEqual(findingsOf(verification), ["owner SESSION_EQUIVOCATED"]);
      const [earlier, later] = contentsOf(verification);
      assert.equal(earlier.commitment, sessionCommitment(b.session), "the one that was anchored first");
      assert.equal(later.commitment, sessionCommitment(a.session));
      assert.isBelow(earlier.registeredAt as number, later.registeredAt as number);
      const { verdict, otherContents } = await world.verify(a);
      assert.equal(verdict, "verified", "whose store has not seen the other's signature");
      assert.deepEqual(
        otherContents.map(({ commitment }) => commitment),
        [sessionCommitment(b.session)],
      );
    });

    it("is found in a proof, where the local store has the other content", async () => {
      const [a, b] = await twice();
      await world.anchor([a], "single");
      await using elsewhere = await openStore({ setting: "memory:" });
      await world.anchor([b], "tree", elsewhere);
      const proof = await world.prove(b).catch(() => undefined);
      assert.isUndefined(proof, "this store does not know the tree of the other one");
      await world.chain.anchors.registerSession(world.chain.registrar, b.session);
      const verification = await world.check(await world.prove(b));
      assert.deepEqual(findingsOf(verification), ["owner SESSION_EQUIVOCATED"]);
      assert.equal(contentsOf(verification)[0].commitment, sessionCommitment(a.session));
    });

    it("is refused where the second is to be anchored from the store of the first, with what the chain says", async () => {
      const [a, b] = await twice();
      await using elsewhere = await openStore({ setting: "memory:" });
      await world.anchor([b], "single", elsewhere);
      await world.chain.mine(2);
      await world.anchor([a], "single");
      const error = await rejection(world.anchor([b], "single"), AnchoringError);
      assert.equal(error.code, "SESSION_EQUIVOCATED");
      const order = [b, a].map(({ session }) => error.message.indexOf(sessionCommitment(session)));
      assert.isTrue((order[0] as number) > 0 && (order[0] as number) < (order[1] as number), error.message);
    });

    it("holds up no other session that waits to be anchored", async () => {
      const [a, b] = await twice();
      await world.anchor([a], "single");
      const other = await world.seal();
      await rm(a.directory, { recursive: true });
      await cp(b.directory, a.directory, { recursive: true });
      await world.chain.store.sessions.move(a.manifest.sessionId, "anchored", "sealed");
      const { sessions, missing } = await enterWaitingSessions(world.dataDir, world.chain.store);
      assert.deepEqual(
        sessions.map(({ manifest }) => manifest.sessionId),
        [other.manifest.sessionId],
      );
      assert.deepEqual(
        missing.map(({ error }) => error.code),
        ["SESSION_EQUIVOCATED"],
      );
    });

    it("enters nothing of the one content into the rows of the other", async () => {
      const [a, b] = await twice();
      await world.anchor([a], "single");
      await storeChunks(a, world.chain.registrar, world.chain);
      const update = updateChunks(b, [0], "Deleted", world.chain.registrar, world.chain);
      assert.equal((await rejection(update, AnchoringError)).code, "SESSION_EQUIVOCATED");
      assert.equal((await world.chain.store.chunks.get(a.manifest.sessionId, 0))?.status, "stored");
    });

    it("is not what somebody else signed under that id", async () => {
      const a = await world.seal();
      const { sessionId } = a.manifest;
      const owner = new Wallet(localKey(7));
      const b = await world.seal({ sessionId, dataDir: join(world.dataDir, "other"), owner });
      await world.anchor([a], "single");
      await world.chain.anchors.registerSession(world.chain.registrar, b.session);
      assert.equal((await world.verify(a)).verdict, "verified");
      assert.equal((await world.verify(b)).verdict, "verified");
      const error = await rejection(world.anchor([b], "single"), AnchoringError);
      assert.deepInclude(error.details, { code: "SESSION_ID_TAKEN", recordedOwner: a.session.owner });
      await using another = await openStore({ setting: "memory:" });
      await world.anchor([b], "single", another);
    });
  });

  describe("a contract that says yes to everything", () => {
    let forged: LucidAnchorsClient;
    let proof: SessionProof;

    beforeEach(async () => {
      const signer = world.chain.registrar.connect(world.chain.evm.provider);
      const factory = new ContractFactory(
        ForgedAnchors__factory.abi,
        ForgedAnchors__factory.bytecode,
        signer,
      );
      const contract = await factory.deploy(FORGED_TIME);
      await contract.waitForDeployment();
      forged = new LucidAnchorsClient(
        { address: await contract.getAddress(), deploymentBlock: 0 },
        { evm: world.chain.evm },
      );
      const sealed = await anchored();
      const honest = await world.prove(sealed);
      const { sessionId, owner } = sealed.session;
      const emitter = ForgedAnchors__factory.connect(forged.address, signer);
      const sent = await emitter.emitSessionRegistered(sessionId, zeroPadValue(owner, 32), "0x1234");
      const receipt = await sent.wait();
      proof = {
        ...honest,
        contract: forged.address,
        transaction: receipt?.hash as string,
        blockNumber: receipt?.blockNumber as number,
      };
    });

    it("leads to no date and not to verified, while nobody vouches for its address", async () => {
      const { transaction: _, blockNumber: __, ...bare } = proof;
      const verification = await world.check(bare, null, { ...world.chain, anchors: forged });
      assert.equal(verification.verdict, "unconfirmed");
      assert.notProperty(verification, "anchor");
      assert.notInclude(JSON.stringify(verification), String(FORGED_TIME));
    });

    it("gives no date in a finding either", async () => {
      const { transaction: _, blockNumber: __, ...bare } = proof;
      const module = { ...world.chain, anchors: forged };
      const options = { knownContract: undefined, confirmations: 5_000 };
      const findRecorded = recordsOf(world.chain.store);
      const early = await verifySessionProof(bare, { anchors: module.anchors, findRecorded }, options);
      assert.deepEqual(findingsOf(early), ["chain SESSION_NOT_FINAL"]);
      assert.notMatch(textOf(early), /2001-/);

      const { sessionId } = parseManifest(Buffer.from(proof.manifest));
      const other = await world.seal({ sessionId, dataDir: join(world.dataDir, "other"), startedAt: 1 });
      const twin = {
        ...bare,
        session: other.session,
        manifest: encodeManifest(other.manifest).toString(),
        ownerSignature: other.signature,
      };
      const equivocated = await world.check(twin, null, module);
      assert.deepEqual(findingsOf(equivocated), ["owner SESSION_EQUIVOCATED"]);
      assert.notMatch(textOf(equivocated), /2001-|first|then/);
    });

    it("is not asked where another one is known", async () => {
      const verification = await world.check(proof, world.chain.anchors.address, {
        ...world.chain,
        anchors: forged,
      });
      assert.deepEqual(findingsOf(verification), ["chain PROOF_CONTRACT_DIFFERS"]);
      assert.notProperty(verification, "anchor");
    });

    it("does not pass off an event whose fields are not the session's", async () => {
      const verification = await world.check(proof, null, { ...world.chain, anchors: forged });
      assert.deepEqual(findingsOf(verification), ["chain PROOF_TRANSACTION_DIFFERS"]);
      const location = { kind: "slot", registeredAt: FORGED_TIME } as const;
      assert.isUndefined(await findAnchorTransaction(forged, parsed(proof), location));
    });

    const parsed = ({ session }: SessionProof) => session;
    const textOf = ({ findings }: Verification) => findings.map(({ message }) => message).join();
  });

  describe("a proof", () => {
    it("is consistent, and no more, with a contract that nobody vouches for", async () => {
      const proof = await world.prove(await anchored());
      assert.equal((await world.check(proof)).verdict, "verified");
      const unconfirmed = await world.check(proof, null);
      assert.equal(unconfirmed.verdict, "unconfirmed");
      assert.notProperty(unconfirmed, "anchor");
    });

    it("holds after the session of a tree was promoted, with the same time", async () => {
      const [a] = await inTree();
      const before = await world.prove(a);
      const { anchor } = await world.check(before);
      await storeChunks(a, world.chain.registrar, world.chain);
      const slot = await world.chain.anchors.registeredAt(sessionCommitment(a.session));
      assert.equal(slot, anchor?.registeredAt, "promotion keeps the tree's time");
      assert.equal((await world.check(before)).verdict, "verified");
      const { tree: _, transaction: __, blockNumber: ___, ...bySlot } = before;
      const after = await world.check(bySlot);
      assert.equal(after.verdict, "verified");
      assert.equal(after.anchor?.registeredAt, anchor?.registeredAt);
      assert.deepEqual(await world.prove(a), before);
    });

    it("is made only once the anchor is final", async () => {
      const sealed = await anchored();
      const recorded = await recordedSession(world.chain.store, sealed.manifest.sessionId);
      const make = () =>
        makeSessionProof(sealed, recorded, world.chain.anchors, { chainId: CHAIN_ID, confirmations: 3 });
      assert.equal((await rejection(make(), AnchoringError)).code, "SESSION_NOT_FINAL");
      await world.chain.mine(2);
      assert.equal((await world.check(await make())).verdict, "verified");
    });

    it("is not written where nobody would read it", async () => {
      const proof = await world.prove(await anchored());
      const manifest = "x".repeat(MAX_PROOF_BYTES);
      const encoding = rejection(
        Promise.resolve().then(() => encodeSessionProof({ ...proof, manifest })),
        AnchoringError,
      );
      assert.equal((await encoding).code, "PROOF_TOO_LARGE");
    });

    it("with very long texts is refused in a short message", async () => {
      const proof = await world.prove(await anchored());
      const long = "\u0080".repeat(1_000_000);
      const reading = (change: object) =>
        rejection(
          Promise.resolve().then(() => parseSessionProof(JSON.stringify({ ...proof, ...change }), "f")),
          AnchoringError,
        );
      for (const change of [{ ownerSignature: long }, { [long]: 1 }, { chainId: long }]) {
        assert.isBelow((await reading(change)).message.length, 1_000);
      }
      const verification = await world.check({ ...proof, ownerSignature: long });
      assert.isBelow(verification.findings[0]?.message.length ?? 0, 1_000);
    });

    it("does not hold for a start that the owner never signed", async () => {
      const sealed = await world.seal();
      const session = { ...sealed.session, startedAt: 1 };
      await world.chain.anchors.registerSession(world.chain.registrar, session);
      const proof = await world.prove({ ...sealed, session });
      assert.deepEqual(findingsOf(await world.check(proof)), ["manifest PROOF_SESSION_DIFFERS"]);
    });

    it("does not hold with any of its parts changed, and the true cause is named", async () => {
      const [a, b] = await inTree();
      const proof = await world.prove(a);
      const other = await world.prove(b);
      const path = proof.tree?.proof as string[];
      const changed: [string, Partial<SessionProof>, string[]][] = [
        ["another manifest", { manifest: other.manifest }, ["manifest PROOF_SESSION_DIFFERS"]],
        ["half a manifest", { manifest: proof.manifest.slice(1) }, ["manifest MANIFEST_MALFORMED"]],
        ["another signature", { ownerSignature: other.ownerSignature }, ["owner SESSION_SIGNATURE_FOREIGN"]],
        ["a malformed signature", { ownerSignature: "0x" }, ["owner SESSION_SIGNATURE_MALFORMED"]],
        ["another session", { session: other.session }, ["chain PROOF_PATH_INVALID"]],
        [
          "another path",
          { tree: { root: proof.tree?.root as string, proof: [...path, ELSEWHERE] } },
          ["chain PROOF_PATH_INVALID"],
        ],
        ["another root", { tree: { root: ELSEWHERE, proof: path } }, ["chain PROOF_PATH_INVALID"]],
        ["a root of its own", { tree: { root: leafOf(a), proof: [] } }, ["chain TREE_NOT_REGISTERED"]],
        ["no tree", { tree: undefined }, ["chain SESSION_NOT_ANCHORED"]],
        ["another transaction", { transaction: ELSEWHERE }, ["chain PROOF_TRANSACTION_DIFFERS"]],
        [
          "an earlier block",
          { blockNumber: (proof.blockNumber as number) - 1 },
          ["chain PROOF_TRANSACTION_DIFFERS"],
        ],
        ["a block to come", { blockNumber: 1_000_000 }, ["chain PROOF_TRANSACTION_DIFFERS"]],
        ["both", { transaction: ELSEWHERE, blockNumber: 1_000_000 }, ["chain PROOF_TRANSACTION_DIFFERS"]],
      ];
      for (const [name, change, expected] of changed) {
        const verification = await world.check({ ...proof, ...change });
        assert.includeMembers(findingsOf(verification), expected, name);
        assert.equal(verification.verdict, "not verified", name);
      }
    });

    it("is refused by an address without LucidAnchors, as a finding", async () => {
      const proof = await world.prove(await anchored());
      const { evm } = world.chain;
      for (const address of [world.chain.chunkStore.address, world.owner.address]) {
        const anchors = new LucidAnchorsClient({ address, deploymentBlock: 0 }, { evm });
        const verification = await world.check({ ...proof, contract: address }, null, {
          ...world.chain,
          anchors,
        });
        assert.equal(verification.verdict, "not verified");
        assert.match(String(findingsOf(verification)), /chain (CONTRACT_FOREIGN|CONTRACT_REVERTED)/);
      }
    });

    it("is read strictly", async () => {
      const proof = await world.prove(await anchored());
      const text = JSON.stringify(proof);
      assert.deepEqual(parseSessionProof(text, "proof.json"), proof);
      const { sessionId, chunkCount } = proof.session;
      const broken = [
        text.slice(1),
        "[]",
        text.replace('"version":1', '"version":2'),
        text.replace('"version":1', '"version":1,"more":1'),
        text.replace(`"chunkCount":${chunkCount}`, '"chunkCount":4294967296'),
        text.replace(`"chunkCount":${chunkCount}`, '"chunkCount":0'),
        text.replace(`"startedAt":${proof.session.startedAt}`, '"startedAt":253402300800'),
        text.replace(sessionId, ELSEWHERE),
        text.replace(proof.contract, proof.contract.toLowerCase()),
        text.replace(/"transaction":"0x[0-9a-f]{64}",/, ""),
      ];
      for (const one of broken) {
        const error = await rejection(
          Promise.resolve().then(() => parseSessionProof(one, "f")),
          AnchoringError,
        );
        assert.equal(error.code, "PROOF_MALFORMED", one);
      }
    });
  });

  /** Hardhat keeps no state of most blocks that are mined many at a time. */
  const mineSingly = async (blocks: number) => {
    for (let i = 0; i < blocks; i++) await world.chain.mine(1);
  };

  describe("a folder", () => {
    it("whose manifest was altered after signing says so, and does not call it ok", async () => {
      const sealed = await anchored();
      const path = join(sealed.directory, "manifest.json");
      const { endedAt } = sealed.manifest;
      const text = await readFile(path, "utf8");
      await writeFile(path, text.replace(`"endedAt":${endedAt}`, `"endedAt":${endedAt + 1}`));
      assert.deepEqual(findingsOf(await world.verify(sealed)), [
        "manifest SESSION_ALTERED",
        "owner SESSION_SIGNATURE_FOREIGN",
        "chain SESSION_NOT_ANCHORED",
      ]);
    });

    it("that is named by one id and holds another is found out", async () => {
      const [a, b] = await inTree();
      await cp(b.directory, join(world.dataDir, "moved"), { recursive: true });
      await cp(b.directory, a.directory, { recursive: true, force: true });
      assert.deepEqual(findingsOf(await world.verify(a)), ["manifest SESSION_ID_DIFFERS"]);
      const elsewhere = await world.verify({ directory: join(world.dataDir, "moved") });
      assert.equal(elsewhere.verdict, "verified", "a folder of another name may hold any session");
    });

    it("stays verified, with its final time, when a promotion lowers that", async () => {
      const sessions = [await world.seal(), await world.seal()] as [SealedSession, SealedSession];
      const tree = sessionTree(sessions.map(({ session }) => session));
      await world.chain.anchors.registerSessionTree(world.chain.registrar, tree.root, sessions.length);
      await mineSingly(3);
      const [a] = sessions;
      await world.anchor([a], "single");
      await mineSingly(6);
      const before = await world.verify(a, 5);
      assert.equal(before.verdict, "verified");
      // Anybody who has the path may do this.
      const proof = sessionTreeProof(tree, 0);
      await world.chain.anchors.promoteSession(world.chain.prover, tree.root, a.session, proof);
      const after = await world.verify(a, 5);
      assert.equal(after.verdict, "verified");
      assert.equal(after.anchor?.registeredAt, before.anchor?.registeredAt);
      await mineSingly(4);
      const lowered = (await world.verify(a, 5)).anchor?.registeredAt as number;
      assert.isBelow(lowered, before.anchor?.registeredAt as number);
    });

    it("whose name is an id in upper case is held to it too", async () => {
      const [a, b] = await inTree();
      const folder = join(world.dataDir, a.manifest.sessionId.toUpperCase());
      await cp(b.directory, folder, { recursive: true });
      assert.deepEqual(findingsOf(await world.verify({ directory: folder })), [
        "manifest SESSION_ID_DIFFERS",
      ]);
      const found = await findSession(world.dataDir, a.manifest.sessionId.toUpperCase());
      assert.equal(found, a.directory);
    });

    it("is final only when a reorg of that many blocks leaves it", async () => {
      const [a] = await inTree();
      await world.chain.mine(1);
      assert.deepEqual(findingsOf(await world.verify(a, 3)), ["chain SESSION_NOT_FINAL"]);
      await world.chain.mine(1);
      assert.equal((await world.verify(a, 3)).verdict, "verified");
      await storeChunks(a, world.chain.registrar, world.chain);
      assert.equal((await world.verify(a, 3)).verdict, "verified", "a promotion makes it no younger");
      assert.deepEqual(findingsOf(await world.verify(a, 5_000)), ["chain SESSION_NOT_FINAL"]);
    });
  });

  it("a contract's slot says exactly what its registrars registered", async () => {
    const sealed = await anchored();
    const contract = LucidAnchors__factory.connect(world.chain.anchors.address, world.chain.evm.provider);
    const time = await contract.verifySession(sealed.session);
    assert.equal(Number(time), (await world.verify(sealed)).anchor?.registeredAt);
    assert.equal(await contract.verifySession({ ...sealed.session, chunkCount: 1 }), 0n);
  });
});

const leafOf = ({ session }: SealedSession) => sessionLeaf(session);
