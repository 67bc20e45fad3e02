import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { assert } from "chai";
import { parseUnits, Transaction, Wallet } from "ethers";
import { localKey } from "../../../devnet/anvil.ts";
import { freePort } from "../../../devnet/free-port.ts";
import { startGeth } from "../../../devnet/geth.ts";
import { sessionCommitment } from "../../../offchain/sessions/session.ts";
import { anchorCall, EvmChain, needGeth, startProcess } from "../../support/evm-chain.ts";
import { FlakyEndpoint } from "../../support/flaky-endpoint.ts";

const GWEI = parseUnits("1", "gwei");
/** A pool that a few transactions fill. */
const SMALL_POOL = ["--txpool.globalslots", "4", "--txpool.globalqueue", "2", "--txpool.accountslots", "1"];
/** So slow that a transaction waits in the pool while others compete with it. */
const SLOW_SECONDS = 3;

describe("go-ethereum's pool", function () {
  this.timeout(120_000);
  before(function () {
    needGeth(this);
  });

  /** Right after the next block, so that there is time until the one after it. */
  async function nextBlock({ direct }: EvmChain): Promise<void> {
    const head = await direct.getBlockNumber();
    while ((await direct.getBlockNumber()) === head) await pause(50);
  }

  const sign = (account: number, nonce: number, tip: bigint, feeCap: bigint) => {
    const { address } = new Wallet(localKey(account));
    const fees = { type: 2, maxPriorityFeePerGas: tip, maxFeePerGas: feeCap, gasLimit: 21_000n };
    return new Wallet(localKey(account)).signTransaction({ chainId: 1337, nonce, to: address, ...fees });
  };

  it("holds another transaction with our nonce that we do not know: ours is raised above it", async () => {
    await using chain = await EvmChain.startGeth({ period: SLOW_SECONDS });
    await using proxy = await FlakyEndpoint.before(chain.node.url);
    await using own = await startProcess(chain, { urls: [proxy.url] });
    const { registrar, direct } = chain;
    const session = chain.session();
    await nextBlock(chain);
    // Our bytes are saved and reach no node; another process with the key has used the nonce meanwhile.
    Object.assign(proxy, { fault: { kind: "dead" }, only: ["eth_sendRawTransaction"] });
    const watched = await own.evm.submit(registrar, anchorCall(chain, session));
    const other = await direct.broadcastTransaction(await sign(1, watched.nonce, 2n * GWEI, 4n * GWEI));
    proxy.fault = { kind: "none" };
    const { state } = await watched.outcome();
    assert.equal(state, "confirmed");
    assert.isNull(await direct.getTransactionReceipt(other.hash), "the other one was replaced");
    assert.isNumber(await own.anchors.registeredAt(sessionCommitment(session)));
    const raised = watched.attempts.map(({ raw_signed }) => Transaction.from(raw_signed));
    assert.lengthOf(raised, 2, "one step, since the pool tells what it holds");
    assert.equal(raised[1]?.maxFeePerGas, (4n * GWEI * 11n) / 10n);
    assert.equal(raised[1]?.maxPriorityFeePerGas, (2n * GWEI * 11n) / 10n);
  });

  it("asks for a tip that is above what is paid: it is offered, and the first refusal is kept", async () => {
    const nodeDir = mkdtempSync(join(tmpdir(), "lucid-geth-pool-"));
    const options = { dataDir: nodeDir, port: await freePort() };
    try {
      await using chain = await EvmChain.startGeth(options);
      const stopped = new Promise((done) => chain.node.process.once("exit", done));
      chain.node.process.kill("SIGTERM");
      await stopped;
      await using _strict = await startGeth({
        ...options,
        extra: ["--txpool.pricelimit", String(2n * GWEI)],
      });
      await using own = await startProcess(chain);
      const session = chain.session();
      const watched = await own.evm.submit(chain.registrar, anchorCall(chain, session));
      const [refused, raised] = watched.attempts;
      assert.equal(Transaction.from(raised?.raw_signed).maxPriorityFeePerGas, 2n * GWEI);
      assert.equal((await watched.outcome()).state, "confirmed");
      assert.isNumber(await own.anchors.registeredAt(sessionCommitment(session)));
      const stored = await own.store.anchorTransactions.get(refused?._id ?? "");
      assert.equal(stored?.status, "replaced");
    } finally {
      rmSync(nodeDir, { recursive: true, force: true });
    }
  });

  it("is full of dearer transactions: ours is raised above the cheapest of them", async () => {
    await using chain = await EvmChain.startGeth({ period: SLOW_SECONDS, extra: SMALL_POOL });
    await using own = await startProcess(chain);
    const session = chain.session();
    const call = anchorCall(chain, session);
    await nextBlock(chain);
    for (const account of [2, 3, 4, 5])
      await chain.direct.broadcastTransaction(await sign(account, 0, GWEI, 3n * GWEI));
    for (const account of [6, 7])
      await chain.direct.broadcastTransaction(await sign(account, 5, GWEI, 3n * GWEI));
    const { pending, queued } = await chain.direct.send("txpool_status", []);
    assert.deepEqual([Number(pending), Number(queued)], [4, 2], "it is full");
    const watched = await own.evm.submit(chain.registrar, call);
    assert.isAbove(watched.attempts.length, 1, "more was offered");
    assert.equal((await watched.outcome()).state, "confirmed");
    assert.isNumber(await own.anchors.registeredAt(sessionCommitment(session)));
  });

  it("has no room for all of ours: none is lost, and no nonce is left out", async () => {
    await using chain = await EvmChain.startGeth({ extra: SMALL_POOL });
    await using own = await startProcess(chain);
    const sessions = Array.from({ length: 12 }, () => chain.session());
    const watched = [];
    for (const session of sessions) {
      watched.push(await own.evm.submit(chain.registrar, anchorCall(chain, session)));
    }
    for (const one of watched) assert.equal((await one.outcome()).state, "confirmed");
    for (const session of sessions) {
      assert.isNumber(await own.anchors.registeredAt(sessionCommitment(session)));
    }
    assert.equal(await chain.direct.getTransactionCount(chain.registrar.address), sessions.length, "no gap");
  });
});
