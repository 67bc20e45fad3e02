import { assert } from "chai";
import { ContractFactory, randomBytes, sha256, Wallet } from "ethers";
import hre from "hardhat";
import { localKey } from "../../../devnet/anvil.ts";
import { startInProcessChain } from "../../../devnet/in-process-chain.ts";
import { AccessControlClient } from "../../../offchain/contracts/access-control.ts";
import { ContractError } from "../../../offchain/contracts/errors.ts";
import { LucidChunkStoreClient } from "../../../offchain/contracts/lucid-chunk-store/client.ts";
import { CHALLENGE_INTERVAL_BLOCKS } from "../../../offchain/contracts/lucid-chunk-store/open-challenge.ts";
import { estimateSimulation } from "../../../offchain/evm/gas/estimate-simulation.ts";
import { chunkLeaf } from "../../../offchain/sessions/chunk-tree.ts";
import { challengedSegment } from "../../../offchain/sessions/segment-challenge.ts";
import { contentRoot, segmentProof } from "../../../offchain/sessions/segment-tree.ts";
import { LucidChunkStore__factory } from "../../../typechain-types/index.ts";
import { anchorCall, EvmChain, type EvmProcess, needAnvil, startProcess } from "../../support/evm-chain.ts";
import { type Fault, FlakyEndpoint } from "../../support/flaky-endpoint.ts";
import { rejection } from "../../support/rejection.ts";

const WAYS: readonly [string, Fault][] = [
  ["as asked", { kind: "none" }],
  ["without a block alone", { kind: "estimating", how: "without a block" }],
  ["on any block but the pending one", { kind: "estimating", how: "without pending" }],
  ["on the latest block, whatever is asked", { kind: "estimating", how: "on latest" }],
];
const CONTENT_BYTES = 3_000;

describe("simulation on nodes that estimate in different ways", function () {
  this.timeout(60_000);
  let chain: EvmChain;
  let endpoint: FlakyEndpoint;
  let own: EvmProcess;

  beforeEach(async function () {
    needAnvil(this);
    chain = await EvmChain.start();
    endpoint = await FlakyEndpoint.before(chain.node.url);
    own = await startProcess(chain, { urls: [endpoint.url], env: { LUCID_CONFIRMATIONS: "1" } });
  });
  afterEach(async () => {
    await own?.[Symbol.asyncDispose]();
    await endpoint?.[Symbol.asyncDispose]();
    await chain?.[Symbol.asyncDispose]();
  });

  const request = () => ({
    ...anchorCall(chain, chain.session()),
    from: chain.registrar.address,
    items: {},
  });

  for (const [how, fault] of WAYS) {
    it(`gives a sufficient limit where a node estimates ${how}`, async () => {
      endpoint.fault = fault;
      const { gasLimit } = await estimateSimulation(request(), own.provider);
      const receipt = await own.evm.send(chain.registrar, anchorCall(chain, chain.session()));
      assert.equal(receipt.status, 1);
      assert.isTrue(gasLimit >= receipt.gasUsed && gasLimit < 2n * receipt.gasUsed);
    });

    it(`says which custom error a call would end with where a node estimates ${how}`, async () => {
      endpoint.fault = fault;
      const stranger = new Wallet(localKey(7));
      const sent = own.evm.submit(stranger, anchorCall(chain, chain.session()));
      const { details } = await rejection(sent, ContractError);
      assert.deepInclude(details, { code: "CONTRACT_REVERTED", error: "AccessControlUnauthorizedAccount" });
    });

    it(`proves storage when the head is a multiple of 64 where a node estimates ${how}`, async () => {
      const prove = await storedChunk();
      for (const beyond of [0, 1, CHALLENGE_INTERVAL_BLOCKS - 1, CHALLENGE_INTERVAL_BLOCKS]) {
        await mineTo(beyond);
        endpoint.fault = fault;
        assert.equal((await prove()).status, 1, `${beyond} blocks beyond a multiple`);
        endpoint.fault = { kind: "none" };
      }
    });
  }

  it("says which custom error a call would end with on a chain in this process", async () => {
    await using inProcess = await startInProcessChain(hre);
    const sent = inProcess.anchors.registerSession(new Wallet(localKey(7)), chain.session());
    const { details } = await rejection(sent, ContractError);
    assert.deepInclude(details, { code: "CONTRACT_REVERTED", error: "AccessControlUnauthorizedAccount" });
    const receipt = await inProcess.anchors.registerSession(inProcess.registrar, chain.session());
    assert.equal(receipt.status, 1);
  });

  it("asks for the latest and for the pending state", async () => {
    const asked: unknown[] = [];
    const { provider } = own;
    const send = provider.send.bind(provider);
    provider.send = async (method: string, params: unknown[]) => {
      if (method === "eth_estimateGas") asked.push(params[1]);
      return await send(method, params);
    };
    await estimateSimulation(request(), provider);
    assert.sameMembers(asked, ["latest", "pending"]);
  });

  it("takes a call that becomes possible with what waits, and shows less confidence", async () => {
    const { confidence: usual } = await estimateSimulation(request(), own.provider);
    const newcomer = new Wallet(localKey(7)).address;
    const location = { address: chain.anchorsAddress, deploymentBlock: 0 };
    const roles = new AccessControlClient("LucidAnchors", location, { evm: own.evm });
    await chain.holdBlocks();
    const granted = roles.grantRole(new Wallet(localKey(0)), "REGISTRAR", newcomer);
    while (!endpoint.asked.includes("eth_sendRawTransaction"))
      await new Promise((next) => setTimeout(next, 20));
    const { gasLimit, confidence } = await estimateSimulation({ ...request(), from: newcomer }, own.provider);
    assert.isTrue(gasLimit > 21_000n);
    assert.isBelow(confidence, usual);
    await chain.mine();
    await granted;
  });

  it("chooses a challenge that is open in the latest block and in 64 more", async () => {
    const chunkStore = await deployChunkStore();
    for (const beyond of [0, 1, CHALLENGE_INTERVAL_BLOCKS - 1]) {
      await mineTo(beyond);
      const head = await chain.direct.getBlockNumber();
      const { challengeBlock, seed } = await chunkStore.currentChallenge();
      assert.equal(challengeBlock % CHALLENGE_INTERVAL_BLOCKS, 0);
      assert.isBelow(challengeBlock, head);
      const open = (block: number) => {
        const latest = block - 1 - ((block - 1) % CHALLENGE_INTERVAL_BLOCKS);
        return [latest, latest - CHALLENGE_INTERVAL_BLOCKS].includes(challengeBlock);
      };
      for (let ahead = 0; ahead <= CHALLENGE_INTERVAL_BLOCKS; ahead++) assert.isTrue(open(head + ahead));
      assert.equal(seed, (await chain.direct.getBlock(challengeBlock))?.hash);
    }
  });

  /** Mines until the head is so many blocks beyond a multiple of the interval. */
  async function mineTo(beyond: number): Promise<void> {
    const head = await chain.direct.getBlockNumber();
    const past = (head - beyond) % CHALLENGE_INTERVAL_BLOCKS;
    await chain.mine(CHALLENGE_INTERVAL_BLOCKS - past);
  }

  async function deployChunkStore(): Promise<LucidChunkStoreClient> {
    const admin = new Wallet(localKey(0), chain.direct);
    const { abi, bytecode } = LucidChunkStore__factory;
    const deployed = await new ContractFactory(abi, bytecode, admin).deploy(
      chain.anchorsAddress,
      admin.address,
    );
    await deployed.waitForDeployment();
    const location = { address: await deployed.getAddress(), deploymentBlock: 0 };
    return new LucidChunkStoreClient(location, { evm: own.evm });
  }

  /** Anchors a session of one chunk. @returns what proves that the registrar has it */
  async function storedChunk() {
    const chunkStore = await deployChunkStore();
    const content = Buffer.from(randomBytes(CONTENT_BYTES));
    const hashes = { ciphertextSha256: sha256(content), contentRoot: contentRoot(content) };
    const chunk = { idx: 0, sizeBytes: content.length, ...hashes };
    const session = { ...chain.session(), merkleRoot: chunkLeaf(chunk) };
    await own.evm.send(chain.registrar, anchorCall(chain, session));
    return async () => {
      const { challengeBlock, seed } = await chunkStore.currentChallenge();
      const { address } = chain.registrar;
      const segmentIndex = challengedSegment(seed, chunkLeaf(chunk), address, content.length);
      const segment = segmentProof(content, segmentIndex);
      const proof = { session, chunk, chunkProof: [], segmentIndex, segment };
      return await chunkStore.proveStorage(chain.registrar, proof, challengeBlock);
    };
  }
});
