import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { assert } from "chai";
import { Transaction, toBeHex, Wallet } from "ethers";
import { localKey } from "../../../devnet/anvil.ts";
import { EvmError } from "../../../offchain/evm/errors.ts";
import type { TransactionState } from "../../../offchain/evm/transactions/monitor-decision.ts";
import type { WatchedTransaction } from "../../../offchain/evm/transactions/watched-transaction.ts";
import { sessionCommitment } from "../../../offchain/sessions/session.ts";
import { LucidAnchors__factory } from "../../../typechain-types/index.ts";
import { anchorCall, EvmChain, type EvmProcess, needAnvil, startProcess } from "../../support/evm-chain.ts";
import { FlakyEndpoint } from "../../support/flaky-endpoint.ts";
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
  let dataDir: string;

  before(async function () {
    needAnvil(this);
    chain = await EvmChain.start();
  });
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "lucid-transactions-"));
    own = await startProcess(chain, { env: ENV, dataDir });
    await chain.holdBlocks();
  });
  afterEach(async () => {
    await own[Symbol.asyncDispose]();
    await rm(dataDir, { recursive: true });
  });
  after(async () => chain?.[Symbol.asyncDispose]());

  const submit = async () => {
    const session = chain.session();
    return { session, watched: await own.evm.submit(chain.registrar, anchorCall(chain, session)) };
  };

  /** Mines a block now and then until what is waited for has ended. */
  async function mineUntil<Result>(work: Promise<Result>): Promise<Result> {
    const mining = setInterval(() => void chain.mine(), 100);
    return await work.finally(() => clearInterval(mining));
  }

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
      await until(watched, "mined");
      // The blocks are mined anew, and the transaction is in none of them.
      await chain.control("anvil_reorg", depth, []);
      while (watched.watch.state !== "pending") await pause(20);
      const stored = await own.store.anchorTransactions.get(watched.attempts[0]?._id as string);
      assert.equal(stored?.status, "broadcast");
      assert.isUndefined(stored?.block_number, "the block that is gone is not kept");
      // The pool lost it too, so it is in one of the next blocks and not certainly in the first.
      while (!watched.isOver) {
        await chain.mine();
        await pause(100);
      }
      const states: TransactionState[] = [];
      for await (const { state } of watched) states.push(state);
      assert.deepEqual(states.slice(0, 4), ["submitted", "pending", "mined", "pending"]);
      assert.equal(states.at(-1), "confirmed");
      await requireOnce(session.sessionId);
    });
  }

  it("sends again what a node dropped", async () => {
    const { session, watched } = await submit();
    const txid = watched.attempts[0]?._id as string;
    await until(watched, "pending");
    await chain.control("anvil_dropTransaction", txid);
    while ((await chain.direct.getTransaction(txid)) === null) await pause(50);
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
  });

  it("fills the gap of what was given up, before what is behind it waits forever", async () => {
    const [first, behind] = [await submit(), await submit()];
    await own.evm.close();
    const txid = first.watched.attempts[0]?._id as string;
    await chain.control("anvil_dropTransaction", txid);
    await own.store.anchorTransactions.move(txid, "broadcast", "dropped");
    await own[Symbol.asyncDispose]();
    own = await startProcess(chain, { env: ENV, dataDir });
    const next = chain.session();
    await mineUntil(own.evm.send(chain.registrar, anchorCall(chain, next)));
    for (const { sessionId } of [first.session, behind.session, next]) await requireOnce(sessionId);
    const { documents } = await own.store.anchorTransactions.all();
    assert.sameMembers(
      documents.map(({ nonce, status }) => `${nonce - first.watched.nonce} ${status}`),
      ["0 confirmed", "1 confirmed", "2 confirmed"],
    );
  });

  it("fills such a gap for more where the pool's floor has risen above the old price", async () => {
    const [first, behind] = [await submit(), await submit()];
    await own.evm.close();
    const txid = first.watched.attempts[0]?._id as string;
    await chain.control("anvil_dropTransaction", txid);
    await own.store.anchorTransactions.move(txid, "broadcast", "dropped");
    await own[Symbol.asyncDispose]();
    await using proxy = await FlakyEndpoint.before(chain.node.url);
    const bytes = first.watched.attempts[0]?.raw_signed as string;
    proxy.fault = { kind: "refusing bytes", bytes, message: "transaction underpriced" };
    own = await startProcess(chain, { env: ENV, dataDir, urls: [proxy.url] });
    await mineUntil(own.evm.resume(chain.registrar));
    for (const { sessionId } of [first.session, behind.session]) await requireOnce(sessionId);
    assert.equal((await own.store.anchorTransactions.get(txid))?.status, "replaced");
  });

  it("fills the gap of a call that is refused for good, so that what is behind it is mined", async () => {
    await own[Symbol.asyncDispose]();
    await using proxy = await FlakyEndpoint.before(chain.node.url);
    own = await startProcess(chain, { env: ENV, dataDir, urls: [proxy.url], patience: { maxResends: 2 } });
    proxy.only = ["eth_sendRawTransaction"];
    proxy.fault = { kind: "dead" };
    const refused = await submit();
    const bytes = refused.watched.first.raw_signed;
    const message = "exceeds block gas limit";
    proxy.fault = { kind: "refusing bytes", bytes, message };
    const behind = await submit();
    assert.equal(behind.watched.nonce, refused.watched.nonce + 1);
    const told = rejection(own.evm.settle(refused.watched, "the call"), EvmError);
    await mineUntil(own.evm.settle(behind.watched, "the call behind"));
    const { details } = await told;
    assert.deepInclude(details, { code: "TRANSACTION_DROPPED", action: "the call" });
    assert.include((await told).message, message, "the caller is told what the node said");
    await requireOnce(behind.session.sessionId);
    assert.isUndefined(await own.anchors.registeredAt(sessionCommitment(refused.session)));
    const { documents } = await own.store.anchorTransactions.byReference(refused.watched.first._id);
    assert.deepEqual(
      documents.map(({ purpose, nonce, status }) => [purpose, nonce, status]),
      [["cancel", refused.watched.nonce, "confirmed"]],
    );
  });

  it("leaves the nonce of a call that is refused for good to the next one, where nothing is behind it", async () => {
    await own[Symbol.asyncDispose]();
    await using proxy = await FlakyEndpoint.before(chain.node.url);
    own = await startProcess(chain, { env: ENV, dataDir, urls: [proxy.url], patience: { maxResends: 2 } });
    proxy.only = ["eth_sendRawTransaction"];
    proxy.fault = { kind: "dead" };
    const refused = await submit();
    proxy.fault = {
      kind: "refusing bytes",
      bytes: refused.watched.first.raw_signed,
      message: "intrinsic gas too low",
    };
    await rejection(own.evm.settle(refused.watched, "the call"), EvmError);
    const next = await submit();
    assert.equal(next.watched.nonce, refused.watched.nonce);
    await mineUntil(own.evm.settle(next.watched, "the next call"));
    await requireOnce(next.session.sessionId);
  });

  it("says what is asked for when more than the ceiling would be needed, and frees the nonce", async () => {
    await own[Symbol.asyncDispose]();
    await using proxy = await FlakyEndpoint.before(chain.node.url);
    own = await startProcess(chain, { env: ENV, dataDir, urls: [proxy.url] });
    proxy.only = ["eth_sendRawTransaction"];
    const message = `transaction gas price below minimum: gas tip cap 1, minimum needed ${10n ** 15n}`;
    proxy.fault = { kind: "refusing", message };
    const call = anchorCall(chain, chain.session());
    const error = await rejection(own.evm.submit(chain.registrar, call), EvmError);
    assert.equal(error.code, "FEE_CEILING");
    assert.include(error.message, message);
    const { documents } = await own.store.anchorTransactions.all();
    assert.deepEqual(
      documents.map(({ status }) => status),
      ["dropped"],
      "an offer that would be in vain is not even signed",
    );
  });

  it("raises step by step where a pool does not say what it asks for, and is told what refuses it at last", async () => {
    await own[Symbol.asyncDispose]();
    await using proxy = await FlakyEndpoint.before(chain.node.url);
    own = await startProcess(chain, { env: ENV, dataDir, urls: [proxy.url] });
    proxy.only = ["eth_sendRawTransaction"];
    proxy.fault = { kind: "refusing", message: "transaction underpriced" };
    const call = anchorCall(chain, chain.session());
    const error = await rejection(own.evm.submit(chain.registrar, call), EvmError);
    assert.equal(error.code, "FEE_CEILING");
    const { documents } = await own.store.anchorTransactions.all();
    const caps = documents.map(({ raw_signed }) => Transaction.from(raw_signed).maxFeePerGas ?? 0n).reverse();
    assert.isAbove(caps.length, 10);
    for (const [i, cap] of caps.slice(1).entries()) assert.isTrue(cap * 10n >= (caps[i] as bigint) * 11n);
    assert.isTrue((caps.at(-1) as bigint) <= (caps[0] as bigint) * 5n, "below the ceiling");
    assert.isTrue(documents.every(({ status }) => status === "dropped"));
  });

  it("keeps bytes that were dropped and are signed again through a crash", async () => {
    await own[Symbol.asyncDispose]();
    await using proxy = await FlakyEndpoint.before(chain.node.url);
    own = await startProcess(chain, { env: ENV, dataDir, urls: [proxy.url] });
    const session = chain.session();
    const call = anchorCall(chain, session);
    proxy.only = ["eth_sendRawTransaction"];
    proxy.fault = { kind: "refusing", message: "exceeds block gas limit" };
    await rejection(own.evm.submit(chain.registrar, call), EvmError);
    const [dropped] = (await own.store.anchorTransactions.all()).documents;
    assert.equal(dropped?.status, "dropped");
    proxy.fault = { kind: "dead" };
    const { attempts } = await own.evm.submit(chain.registrar, call);
    assert.equal(attempts[0]?._id, dropped?._id, "the same bytes");
    await own[Symbol.asyncDispose]();
    own = await startProcess(chain, { env: ENV, dataDir });
    const [signed] = (await own.store.anchorTransactions.all()).documents;
    assert.equal(signed?.status, "signed");
    assert.isUndefined(signed?.error);
    assert.equal(await mineUntil(own.evm.resume(chain.registrar)), 1);
    await requireOnce(session.sessionId);
  });

  it("does not take another call that was given up, and mined with the same nonce, for its own", async () => {
    const before = await submit();
    const given = before.watched.first;
    await own.evm.close();
    await chain.control("anvil_dropTransaction", given._id);
    await own.store.anchorTransactions.move(given._id, "broadcast", "dropped");
    await own[Symbol.asyncDispose]();
    await using proxy = await FlakyEndpoint.before(chain.node.url);
    proxy.only = ["eth_sendRawTransaction"];
    proxy.fault = { kind: "dead" };
    own = await startProcess(chain, { env: ENV, dataDir, urls: [proxy.url] });
    const { session, watched } = await submit();
    assert.equal(watched.nonce, before.watched.nonce);
    const settled = rejection(own.evm.settle(watched, "the call"), EvmError);
    await chain.direct.broadcastTransaction(given.raw_signed);
    const error = await mineUntil(settled);
    assert.deepInclude(error.details, { code: "TRANSACTION_REPLACED", txid: given._id });
    assert.isUndefined(await own.anchors.registeredAt(sessionCommitment(session)));
    await requireOnce(before.session.sessionId);
    const statuses = (await own.store.anchorTransactions.all()).documents.map(({ _id, status }) =>
      _id === given._id ? `given up ${status}` : status,
    );
    assert.sameMembers(statuses, ["given up confirmed", "replaced"]);
  });

  it("never sends the call that lost a nonce, though it was saved last", async () => {
    const { session, watched } = await submit();
    const txid = watched.attempts[0]?._id as string;
    await until(watched, "pending");
    await own.evm.close();
    const lost = chain.session();
    const { nonce } = watched;
    const signer = chain.registrar;
    const { to, data, purpose, references } = anchorCall(chain, lost);
    const { gasLimit, maxFeePerGas } = Transaction.from(watched.attempts[0]?.raw_signed);
    const raw = await signer.signTransaction({
      chainId: 31_337,
      nonce,
      to,
      data,
      gasLimit,
      maxFeePerGas,
      type: 2,
    });
    const loser = Transaction.from(raw).hash as string;
    await own.store.anchorTransactions.insert({
      _id: loser,
      chain_id: 31_337,
      from_addr: signer.address.toLowerCase(),
      nonce,
      to_addr: to.toLowerCase(),
      purpose,
      refs: references,
      raw_signed: raw,
      status: "signed",
    });
    await own.store.anchorTransactions.move(loser, "signed", "dropped");
    await chain.control("anvil_dropTransaction", txid);
    await own[Symbol.asyncDispose]();
    own = await startProcess(chain, { env: ENV, dataDir });
    assert.equal(await mineUntil(own.evm.resume(signer)), 1);
    await requireOnce(session.sessionId);
    assert.isUndefined(await own.anchors.registeredAt(sessionCommitment(lost)));
  });

  it("bumps a stuck transaction twice, each time by a tenth or more, with the same gas limit", async () => {
    await own[Symbol.asyncDispose]();
    own = await startProcess(chain, { env: ENV, dataDir, patience: { bumpAfterMs: 400 } });
    const { session, watched } = await submit();
    while (watched.attempts.length < 3) await pause(50);
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
    own = await startProcess(chain, { env: ENV, dataDir, patience: { bumpAfterMs: 400 } });
    const latest = await chain.direct.getBlock("latest");
    const { watched } = await submit();
    await until(watched, "pending");
    const risen = (latest?.baseFeePerGas ?? 0n) * 10n + 10n ** 10n;
    await chain.control("anvil_setNextBlockBaseFeePerGas", `0x${risen.toString(16)}`);
    await chain.mine();
    while (!watched.isOver) {
      await pause(300);
      await chain.mine();
    }
    const { state, receipt } = await watched.outcome();
    assert.equal(state, "confirmed");
    assert.isAbove(watched.attempts.length, 1);
    assert.isAtMost(Number(receipt?.gasPrice), Number(risen) * 5, "below the ceiling");
  });

  it("is told of a replacement from outside with the same nonce, once it is final", async () => {
    const { watched } = await submit();
    await until(watched, "pending");
    const { nonce } = watched;
    const { maxFeePerGas, maxPriorityFeePerGas } = Transaction.from(watched.attempts[0]?.raw_signed);
    const outside = new Wallet(localKey(1), chain.direct);
    await outside.sendTransaction({
      to: outside.address,
      nonce,
      maxFeePerGas: (maxFeePerGas ?? 0n) * 2n,
      maxPriorityFeePerGas: (maxPriorityFeePerGas ?? 0n) * 2n,
    });
    await chain.mine(1);
    await pause(300);
    assert.equal(watched.watch.state, "pending", "a reorg may still take the other one away");
    await chain.mine(K);
    const error = await rejection(own.evm.settle(watched, "the call"), EvmError);
    assert.deepInclude(error.details, { code: "TRANSACTION_REPLACED", nonce });
  });

  it("names the custom error of a call that reverts on the chain after a good simulation", async () => {
    const { watched } = await submit();
    const { action, to } = anchorCall(chain, chain.session());
    // The admin pays more, and pauses the contract in the same block before ours.
    const { interface: abi } = LucidAnchors__factory.connect(to);
    const admin = new Wallet(localKey(0), chain.direct);
    const tip = 50n * 10n ** 9n;
    const fees = { maxPriorityFeePerGas: tip, maxFeePerGas: tip * 4n, gasLimit: 200_000n };
    await admin.sendTransaction({ to, data: abi.encodeFunctionData("pause"), ...fees });
    await chain.mine(K);
    const error = await rejection(own.evm.settle(watched, action), EvmError);
    assert.equal(error.code, "TRANSACTION_FAILED");
    assert.include(error.message, "EnforcedPause");
    const stored = await own.store.anchorTransactions.get(watched.attempts[0]?._id as string);
    assert.equal(stored?.status, "failed");
    assert.include(stored?.error ?? "", "EnforcedPause");
    await admin.sendTransaction({ to, data: abi.encodeFunctionData("unpause"), ...fees });
    await chain.mine(1);
  });

  it("tells whoever waits when it is closed, and refuses what comes after", async () => {
    const { watched } = await submit();
    await until(watched, "pending");
    const settling = rejection(own.evm.settle(watched, "the call"), EvmError);
    await own.evm.close();
    const { details } = await settling;
    assert.deepInclude(details, { code: "MONITOR_CLOSED", txid: watched.attempts[0]?._id as string });
    assert.equal((await rejection(submit(), EvmError)).code, "MONITOR_CLOSED");
    const stored = await own.store.anchorTransactions.get(watched.attempts[0]?._id as string);
    assert.equal(stored?.status, "broadcast", "the next run picks it up");
    await chain.mine(K);
  });

  it("cancels what is in flight, and what is final it does not", async () => {
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

  it("cancels nothing that this store or this key did not send", async () => {
    const { watched } = await submit();
    const [sent] = watched.attempts;
    const unknown = `0x${"1".repeat(64)}`;
    const stranger = new Wallet(localKey(4));
    for (const [signer, txid] of [
      [chain.registrar, unknown],
      [stranger, sent?._id as string],
    ] as const) {
      const error = await rejection(own.evm.cancel(signer, txid), EvmError);
      assert.deepEqual(error.details, { code: "TRANSACTION_UNKNOWN", txid });
    }
    await chain.mine(K);
    assert.equal((await watched.outcome()).state, "confirmed");
  });

  it("refuses to cancel for more than five times what gas costs now, and leaves it in flight", async () => {
    await own[Symbol.asyncDispose]();
    own = await startProcess(chain, { env: ENV, dataDir, patience: { resendAfterMs: 60_000 } });
    const baseFee = (gwei: bigint) => toBeHex(gwei * 10n ** 9n);
    await chain.control("anvil_setNextBlockBaseFeePerGas", baseFee(200n));
    await chain.mine();
    const { session, watched } = await submit();
    const txid = watched.first._id;
    await until(watched, "pending");
    // Prices fall while no pool holds it any more.
    await chain.control("anvil_dropTransaction", txid);
    await chain.control("anvil_setNextBlockBaseFeePerGas", baseFee(1n));
    await chain.mine();
    const error = await rejection(own.evm.cancel(chain.registrar, txid), EvmError);
    assert.deepEqual(error.details, { code: "FEE_CEILING", txid });
    const { documents } = await own.store.anchorTransactions.all();
    assert.deepEqual(
      documents.map(({ _id, status }) => [_id, status]),
      [[txid, "broadcast"]],
    );
    await chain.direct.broadcastTransaction(watched.first.raw_signed);
    await chain.mine(K);
    assert.equal((await watched.outcome()).state, "confirmed");
    await requireOnce(session.sessionId);
  });

  it("names the account that cannot pay, and uses the nonce once it can", async () => {
    const account = chain.registrar.address;
    const balance = await chain.control("eth_getBalance", account, "latest");
    const session = chain.session();
    const call = anchorCall(chain, session);
    await chain.control("anvil_setBalance", account, "0x1");
    const { details } = await rejection(own.evm.submit(chain.registrar, call), EvmError);
    const { action } = call;
    assert.deepInclude(details, { code: "FUNDS_MISSING", account: account.toLowerCase(), action });
    const [refused] = (await own.store.anchorTransactions.all()).documents;
    assert.equal(refused?.status, "dropped");
    await chain.control("anvil_setBalance", account, balance);
    const watched = await own.evm.submit(chain.registrar, call);
    assert.equal(watched.nonce, refused?.nonce);
    await chain.mine(K);
    assert.equal((await watched.outcome()).state, "confirmed");
    await requireOnce(session.sessionId);
  });

  it("gives up waiting for what is not final in time, and the next run goes on with the same bytes", async () => {
    await own[Symbol.asyncDispose]();
    const patience = { timeoutMs: 1_000 };
    own = await startProcess(chain, { env: ENV, dataDir, patience });
    const { session, watched } = await submit();
    const { _id: txid } = watched.first;
    const error = await rejection(own.evm.settle(watched, "the call"), EvmError);
    assert.deepInclude(error.details, { code: "TRANSACTION_TIMED_OUT", txid, action: "the call" });
    assert.equal((await rejection(own.evm.resume(chain.registrar), EvmError)).code, "TRANSACTION_TIMED_OUT");
    await own[Symbol.asyncDispose]();
    own = await startProcess(chain, { env: ENV, dataDir });
    assert.equal(await mineUntil(own.evm.resume(chain.registrar)), 1);
    assert.equal((await own.store.anchorTransactions.get(txid))?.status, "confirmed");
    await requireOnce(session.sessionId);
  });
});
