import { assert } from "chai";
import { ContractFactory, NonceManager, Wallet } from "ethers";
import { localKey } from "../../../devnet/anvil.ts";
import { startGeth } from "../../../devnet/geth.ts";
import { sealedSessions } from "../../../devnet/sealed-sessions.ts";
import { anchorSessions } from "../../../offchain/anchoring/anchor-sessions.ts";
import { planAnchoring } from "../../../offchain/anchoring/plan-anchoring.ts";
import { storeChunks } from "../../../offchain/anchoring/store-chunks.ts";
import { updateChunks } from "../../../offchain/anchoring/update-chunks.ts";
import { LucidChunkStoreClient } from "../../../offchain/contracts/lucid-chunk-store/client.ts";
import { EvmError } from "../../../offchain/evm/errors.ts";
import { LucidChunkStore__factory } from "../../../typechain-types/index.ts";
import {
  EvmChain,
  type EvmProcess,
  needAnvil,
  needGeth,
  type ProcessOptions,
  startProcess,
} from "../../support/evm-chain.ts";

/** Blocks that a batch of 500 does not fit, and in which there is room for few. */
const GAS_LIMITS = [3_000_000, 12_000_000];
const SESSIONS = 300;
const CHUNKS = 150;
/** A block's limit is about what it was when the run began: geth moves it by a thousandth a block. */
const HALF_OF_A_BLOCK = 0.505;

type Process = EvmProcess & { readonly chunkStore: LucidChunkStoreClient };

async function startWithChunkStore(chain: EvmChain, options: ProcessOptions = {}): Promise<Process> {
  const admin = new Wallet(localKey(0), chain.direct);
  const { abi, bytecode } = LucidChunkStore__factory;
  const nonces = new NonceManager(admin);
  const factory = new ContractFactory(abi, bytecode, nonces);
  const deployed = await (await factory.deploy(chain.anchorsAddress, admin.address)).waitForDeployment();
  const address = await deployed.getAddress();
  const contract = LucidChunkStore__factory.connect(address, nonces);
  await (await contract.grantRole(await contract.UPLOADER_ROLE(), chain.registrar.address)).wait();
  const process = await startProcess(chain, options);
  const chunkStore = new LucidChunkStoreClient({ address, deploymentBlock: 0 }, { evm: process.evm });
  return Object.assign(process, { chunkStore });
}

/** What was sent under a purpose: transactions, the gas limit of the largest, and the block's limit. */
async function sentAs(chain: EvmChain, { store }: EvmProcess, purpose: string) {
  const { documents } = await store.anchorTransactions.all({ limit: 500 });
  const own = documents.filter((document) => document.purpose === purpose);
  const limits = await Promise.all(
    own.map(async ({ _id }) => Number((await chain.direct.getTransaction(_id))?.gasLimit)),
  );
  const block = await chain.direct.getBlock("latest");
  return { count: own.length, largest: Math.max(...limits), blockLimit: Number(block?.gasLimit) };
}

function itTakesWhatFits(start: () => Promise<EvmChain>) {
  let chain: EvmChain;
  let process: Process;

  before(async () => {
    chain = await start();
    process = await startWithChunkStore(chain);
  });
  after(async () => {
    await process?.[Symbol.asyncDispose]();
    await chain?.[Symbol.asyncDispose]();
  });

  it("anchors more sessions than fit a block in several transactions, each session once", async () => {
    const sessions = await sealedSessions("batches", SESSIONS);
    const request = { sessions, mode: "batch", signer: chain.registrar } as const;
    const contents = sessions.map(({ session }) => session);
    const plan = await planAnchoring(contents, chain.registrar.address, process);
    const outcomes = await anchorSessions(request, process);
    assert.lengthOf(outcomes, SESSIONS);
    for (const { sealed, wasRegistered, anchor } of outcomes) {
      assert.isFalse(wasRegistered, sealed.manifest.sessionId);
      assert.isDefined(anchor.txid);
    }
    let events = 0;
    for await (const page of process.anchors.registeredSessions()) events += page.length;
    assert.equal(events, SESSIONS);
    const { count, largest, blockLimit } = await sentAs(chain, process, "sessions");
    assert.isAbove(count, 1);
    assert.isAtMost(largest, blockLimit * HALF_OF_A_BLOCK, "room for others");
    // As large as it can be: no more than one for what the first estimate overstated, and the rest.
    const gas = new Map(outcomes.map(({ anchor }) => [anchor.txid, anchor.gasUsed ?? 0]));
    const total = [...gas.values()].reduce((sum, used) => sum + used, 0);
    assert.isAtMost(count, Math.ceil(total / (blockLimit / 2)) + 1, `${total} gas, blocks of ${blockLimit}`);
    const planned = plan.options.find(({ mode }) => mode === "batch");
    // The chain's matchers, once they are loaded, take whole numbers alone.
    const deviation = Math.abs(Number(planned?.gas) / total - 1);
    assert.isTrue(deviation <= 0.05, `the plan's gas is off by a share of ${deviation}`);
    assert.isAtMost(Math.abs((planned?.transactions ?? 0) - count), 1, "the plan's transactions");
  });

  it("records and updates the chunks of a session in as many transactions as it takes", async () => {
    const [sealed] = await sealedSessions("chunks", 1, CHUNKS);
    if (sealed === undefined) throw new Error("no session");
    await anchorSessions({ sessions: [sealed], mode: "single", signer: chain.registrar }, process);
    const stored = await storeChunks(sealed, chain.registrar, process);
    const idx = Array.from({ length: CHUNKS }, (_, i) => i);
    assert.deepEqual(
      stored.runs.flatMap(({ from, to }) => idx.slice(from, to + 1)),
      idx,
    );
    const again = await storeChunks(sealed, chain.registrar, process);
    assert.deepEqual(again.runs, []);
    const updated = await updateChunks(sealed, idx, "Replicated", chain.registrar, process);
    assert.deepEqual(
      updated.flatMap((one) => one.idx),
      idx,
    );
    assert.deepEqual(await updateChunks(sealed, idx, "Replicated", chain.registrar, process), []);
    const { largest, blockLimit } = await sentAs(chain, process, "chunk_metadata");
    assert.isAtMost(largest, blockLimit * HALF_OF_A_BLOCK);
  });
}

describe("batches on a chain with small blocks", function () {
  this.timeout(120_000);

  for (const limit of GAS_LIMITS) {
    describe(`anvil, blocks of ${limit.toLocaleString("en")} gas`, () => {
      before(function () {
        needAnvil(this);
      });
      itTakesWhatFits(() => EvmChain.start({ blockTime: 1, extra: ["--gas-limit", String(limit)] }));
    });
  }

  describe("anvil, with limits of the operator and of the chain", () => {
    let chain: EvmChain;
    before(async function () {
      needAnvil(this);
      chain = await EvmChain.start({
        blockTime: 1,
        extra: ["--gas-limit", "120000000", "--enable-tx-gas-limit"],
      });
    });
    after(async () => chain?.[Symbol.asyncDispose]());

    it("stay below LUCID_MAX_GAS_PER_CALL, and no breaker opens", async () => {
      const process = await startWithChunkStore(chain, { env: { LUCID_MAX_GAS_PER_CALL: "900000" } });
      const sessions = await sealedSessions("operator", 100);
      await anchorSessions({ sessions, mode: "batch", signer: chain.registrar }, process);
      const { count, largest } = await sentAs(chain, process, "sessions");
      assert.isAtMost(largest, 900_000);
      assert.isAtMost(count, 5);
      const [sealed] = await sealedSessions("operator's chunks", 1, CHUNKS);
      if (sealed === undefined) throw new Error("no session");
      await anchorSessions({ sessions: [sealed], mode: "single", signer: chain.registrar }, process);
      await storeChunks(sealed, chain.registrar, process);
      for (const { trips } of process.breakers.reports) assert.equal(trips, 0);
      await process[Symbol.asyncDispose]();
    });

    it("stay below the transaction gas cap where the operator allows more", async () => {
      const process = await startProcess(chain, { env: { LUCID_MAX_GAS_PER_CALL: "60000000" } });
      const { call } = await process.evm.bounds();
      assert.equal(call.gas, 2n ** 24n);
      await process[Symbol.asyncDispose]();
    });

    it("say with numbers that a single session does not fit, and send nothing", async () => {
      const process = await startProcess(chain, { env: { LUCID_MAX_GAS_PER_CALL: "50000" } });
      const sessions = await sealedSessions("too large", 2);
      const request = { sessions, mode: "batch", signer: chain.registrar } as const;
      const error = await anchorSessions(request, process).catch((thrown: unknown) => thrown);
      assert.instanceOf(error, EvmError);
      const { details, message } = error as EvmError;
      assert.equal(details.code, "CALL_TOO_LARGE");
      assert.match(message, /needs a gas limit of \d+, and LUCID_MAX_GAS_PER_CALL allows 50000/);
      assert.equal((await sentAs(chain, process, "sessions")).count, 0);
      for (const { trips } of process.breakers.reports) assert.equal(trips, 0);
      await process[Symbol.asyncDispose]();
    });
  });

  describe("go-ethereum", () => {
    before(function () {
      needGeth(this);
    });
    itTakesWhatFits(async () => EvmChain.on(await startGeth({ blockGasLimit: 12_000_000 })));
  });
});
