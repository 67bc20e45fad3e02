import { assert } from "chai";
import { Transaction, Wallet } from "ethers";
import { findAnvil, localKey } from "../../../devnet/anvil.ts";
import { EvmError } from "../../../offchain/evm/errors.ts";
import type { TransactionState } from "../../../offchain/evm/monitor-decision.ts";
import type { WatchedTransaction } from "../../../offchain/evm/watched-transaction.ts";
import { anchorCall, EvmChain, type EvmProcess, startProcess } from "../../support/evm-chain.ts";
import { rejection } from "../../support/rejection.ts";

const K = 6;
const ENV = { LUCID_CONFIRMATIONS: String(K) };

/** Waits until a watched transaction has come to a state, and gives the states that led there. */
async function until(watched: WatchedTransaction, wanted: TransactionState): Promise<TransactionState[]> {
  const states: TransactionState[] = [];
  for await (const { state } of watched) {
    states.push(state);
    if (state === wanted) return states;
  }
  return assert.fail(`ended with ${states.join(", ")} and was never ${wanted}`);
}

describe("transactions on a chain that does not keep still", function () {
  this.timeout(60_000);
  let chain: EvmChain;
  let own: EvmProcess;

  before(async function () {
    if (findAnvil() === undefined) this.skip();
    chain = await EvmChain.start();
  });
  beforeEach(async () => {
    own = await startProcess(chain, { env: ENV });
    await chain.holdBlocks();
  });
  afterEach(() => own[Symbol.asyncDispose]());
  after(async () => chain?.[Symbol.asyncDispose]());

  const submit = async () => {
    const session = chain.session();
    return { session, watched: await own.evm.submit(chain.registrar, anchorCall(chain, session)) };
  };

  async function requireOnce(sessionId: string): Promise<void> {
    const found = [];
    for await (const page of own.anchors.registeredSessions({}, sessionId)) found.push(...page);
    assert.lengthOf(found, 1, "anchored exactly once");
  }

  for (let depth = 1; depth < K; depth++) {
    it(`comes back from a reorg of depth ${depth} under ${K} confirmations`, async () => {
      const { session, watched } = await submit();
      await until(watched, "pending");
      await chain.mine(depth);
      const [event] = [await until(watched, "mined")];
      assert.include(event, "mined");
      // The blocks are mined anew, and the transaction is in none of them.
      await chain.control("anvil_reorg", depth, []);
      await until(watched, "mined");
      const states: TransactionState[] = [];
      const done = (async () => {
        for await (const { state } of watched) states.push(state);
      })();
      while (!states.includes("pending") || states.at(-1) === "mined") {
        await new Promise((resolve) => setTimeout(resolve, 50));
        if (states.lastIndexOf("pending") > states.indexOf("mined")) break;
      }
      const stored = await own.store.anchorTransactions.get(watched.attempts[0]?._id as string);
      assert.equal(stored?.status, "broadcast");
      assert.isUndefined(stored?.block_number, "the block that is gone is not kept");
      for (let i = 0; i <= K + 2; i++) {
        await chain.mine();
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      await done;
      assert.equal(states.at(-1), "confirmed");
      await requireOnce(session.sessionId);
    });
  }

  it("sends again what a node dropped", async () => {
    const { session, watched } = await submit();
    const txid = watched.attempts[0]?._id as string;
    await until(watched, "pending");
    await chain.control("anvil_dropTransaction", txid);
    while ((await chain.direct.getTransaction(txid)) === null) await new Promise((r) => setTimeout(r, 50));
    await chain.mine(K);
    const { state, attempts } = await watched.outcome();
    assert.deepEqual([state, attempts], ["confirmed", 1]);
    await requireOnce(session.sessionId);
  });

  it("gives up what every node refuses again and again", async () => {
    const { watched } = await submit();
    const txid = watched.attempts[0]?._id as string;
    await until(watched, "pending");
    const account = chain.registrar.address;
    const balance = await chain.control("eth_getBalance", account, "latest");
    await chain.control("anvil_dropTransaction", txid);
    await chain.control("anvil_setBalance", account, "0x0");
    const error = await rejection(own.evm.settle(watched, "the call"), EvmError);
    assert.equal(error.code, "TRANSACTION_DROPPED");
    assert.equal((await own.store.anchorTransactions.get(txid))?.status, "dropped");
    await chain.control("anvil_setBalance", account, balance);
    // Its nonce is free: the next call takes it, and leaves no gap.
    const next = await submit();
    assert.equal(next.watched.nonce, watched.nonce);
    await chain.mine(K);
    assert.equal((await next.watched.outcome()).state, "confirmed");
  });

  it("bumps a stuck transaction twice, each time by a tenth or more, with the same gas limit", async () => {
    await own[Symbol.asyncDispose]();
    own = await startProcess(chain, { env: ENV, patience: { bumpAfterMs: 400 } });
    const { session, watched } = await submit();
    while (watched.attempts.length < 3) await new Promise((resolve) => setTimeout(resolve, 50));
    await chain.mine(K);
    const { state, receipt } = await watched.outcome();
    assert.equal(state, "confirmed");
    const attempts = watched.attempts.map(({ raw_signed }) => Transaction.from(raw_signed));
    for (const [i, attempt] of attempts.slice(1).entries()) {
      const before = attempts[i] as Transaction;
      assert.equal(attempt.nonce, before.nonce);
      assert.equal(attempt.gasLimit, before.gasLimit);
      for (const fee of ["maxFeePerGas", "maxPriorityFeePerGas"] as const) {
        assert.isTrue((attempt[fee] ?? 0n) * 10n >= (before[fee] ?? 0n) * 11n, fee);
      }
    }
    for (const { _id } of watched.attempts) {
      const expected = _id === receipt?.hash ? "confirmed" : "replaced";
      assert.equal((await own.store.anchorTransactions.get(_id))?.status, expected);
    }
    await requireOnce(session.sessionId);
  });

  it("follows a base fee that rises tenfold", async () => {
    await own[Symbol.asyncDispose]();
    own = await startProcess(chain, { env: ENV, patience: { bumpAfterMs: 400 } });
    const latest = await chain.direct.getBlock("latest");
    const { watched } = await submit();
    await until(watched, "pending");
    const risen = (latest?.baseFeePerGas ?? 0n) * 10n + 10n ** 10n;
    await chain.control("anvil_setNextBlockBaseFeePerGas", `0x${risen.toString(16)}`);
    await chain.mine();
    while (
      (await own.store.anchorTransactions.get(watched.attempts.at(-1)?._id as string))?.status !== "mined"
    ) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      await chain.mine();
    }
    await chain.mine(K);
    const { state, receipt } = await watched.outcome();
    assert.equal(state, "confirmed");
    assert.isAbove(watched.attempts.length, 1);
    assert.isAtMost(Number(receipt?.gasPrice), Number(risen) * 5, "below the ceiling");
  });

  it("is told of a replacement from outside with the same nonce, once it is final", async () => {
    const { watched } = await submit();
    await until(watched, "pending");
    const { nonce } = watched;
    const [{ raw_signed }] = watched.attempts as [{ raw_signed: string }];
    const { maxFeePerGas, maxPriorityFeePerGas } = Transaction.from(raw_signed);
    const outside = new Wallet(localKey(1), chain.direct);
    await outside.sendTransaction({
      to: outside.address,
      nonce,
      maxFeePerGas: (maxFeePerGas ?? 0n) * 2n,
      maxPriorityFeePerGas: (maxPriorityFeePerGas ?? 0n) * 2n,
    });
    await chain.mine(1);
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(watched.watch.state, "pending", "a reorg may still take the other one away");
    await chain.mine(K);
    const error = await rejection(own.evm.settle(watched, "the call"), EvmError);
    assert.deepInclude(error.details, { code: "TRANSACTION_REPLACED", nonce });
  });

  it("names the custom error of a call that reverts on the chain after a good simulation", async () => {
    const session = chain.session();
    const other = { ...session, chunkCount: 2 };
    const submitAs = (content: typeof session) => own.evm.submit(chain.registrar, anchorCall(chain, content));
    // anvil estimates on the state of the pending block: the first is not in it while blocks are held.
    const second = await own.evm.submit(chain.registrar, anchorCall(chain, other));
    const first = await submitAs(session).catch(() => undefined);
    if (first === undefined) {
      // The node counted what waits: put the conflict before it instead, by a dearer call of the admin.
      assert.fail("the simulation saw the pending call");
    }
    await chain.mine(K);
    assert.equal((await second.outcome()).state, "confirmed");
    const error = await rejection(own.evm.settle(first, "LucidAnchors.registerSession"), EvmError);
    assert.equal(error.code, "TRANSACTION_FAILED");
    assert.include(error.message, "SessionAlreadyCommitted");
    const stored = await own.store.anchorTransactions.get(first.attempts[0]?._id as string);
    assert.equal(stored?.status, "failed");
    assert.include(stored?.error ?? "", "SessionAlreadyCommitted");
  });

  it("picks up after a restart what it watched before, and cancels what is in flight", async () => {
    const { watched } = await submit();
    await until(watched, "pending");
    const txid = watched.attempts[0]?._id as string;
    const cancelled = await own.evm.cancel(chain.registrar, txid);
    await chain.mine(K);
    const event = await cancelled.outcome();
    assert.deepEqual([event.state, event.purpose], ["confirmed", "cancel"]);
    assert.equal((await own.store.anchorTransactions.get(txid))?.status, "replaced");
    const error = await rejection(own.evm.settle(watched, "the call"), EvmError);
    assert.equal(error.code, "TRANSACTION_REPLACED");
    const again = await rejection(own.evm.cancel(chain.registrar, txid), EvmError);
    assert.equal(again.code, "TRANSACTION_FINAL");
  });
});
