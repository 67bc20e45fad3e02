import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { assert } from "chai";
import { id, Wallet } from "ethers";
import { pino } from "pino";
import { localKey, startAnvil } from "../../../devnet/anvil.ts";
import { readSettings } from "../../../offchain/config/settings.ts";
import { AccessControlClient } from "../../../offchain/contracts/access-control.ts";
import { evmLayerOver } from "../../../offchain/contracts/connect-evm.ts";
import { EvmError } from "../../../offchain/evm/errors.ts";
import { sessionCommitment } from "../../../offchain/sessions/session.ts";
import {
  anchorCall,
  EvmChain,
  type EvmProcess,
  needAnvil,
  type ProcessOptions,
  SHORT_ANSWER_MS,
  startProcess,
} from "../../support/evm-chain.ts";
import { type Fault, FlakyEndpoint } from "../../support/flaky-endpoint.ts";
import { rejection } from "../../support/rejection.ts";

const SENDING = ["eth_sendRawTransaction"];

/** With a code that says nothing, as nodes use it for any refusal. */
const GATEWAY_ERROR: Fault = { kind: "gateway", status: 200, code: -32_000 };

/** What the first of two endpoints does, and for which methods. */
const FAULTS: readonly [string, Fault, readonly string[] | undefined][] = [
  ["dies", { kind: "dead" }, undefined],
  ["dies once it has passed the transaction on", { kind: "dead", afterTheNode: true }, SENDING],
  ["answers too late", { kind: "late", byMs: 3 * SHORT_ANSWER_MS }, undefined],
  ["takes the transaction and answers too late", { kind: "late", byMs: 3 * SHORT_ANSWER_MS }, SENDING],
  ["answers rubbish", { kind: "rubbish", text: "<html>502 Bad Gateway</html>" }, undefined],
  ["answers JSON that is no answer", { kind: "rubbish", text: '{"jsonrpc":"2.0","id":0}' }, undefined],
  ["takes the transaction and answers 504", { kind: "gateway", status: 504, code: -32_603 }, SENDING],
  ["takes the transaction and answers that it has no time", GATEWAY_ERROR, SENDING],
  ["is asked too often", { kind: "gateway", status: 429, code: -32_005 }, undefined],
];

const start = (chain: EvmChain, options: ProcessOptions = {}) =>
  startProcess(chain, { patience: { answerTimeoutMs: SHORT_ANSWER_MS }, ...options });

describe("endpoints that go wrong", function () {
  this.timeout(60_000);
  let chain: EvmChain;
  let first: FlakyEndpoint;
  let second: FlakyEndpoint;
  let own: EvmProcess;

  before(async function () {
    needAnvil(this);
    chain = await EvmChain.start();
  });
  beforeEach(async () => {
    first = await FlakyEndpoint.before(chain.node.url);
    second = await FlakyEndpoint.before(chain.node.url);
    own = await start(chain, {
      urls: [first.url, second.url],
      env: { LUCID_MAX_RPC_FAILURES: "3", LUCID_BREAKER_COOLDOWN_SECONDS: "1" },
    });
  });
  afterEach(async () => {
    await own[Symbol.asyncDispose]();
    await first[Symbol.asyncDispose]();
    await second[Symbol.asyncDispose]();
  });
  after(async () => chain?.[Symbol.asyncDispose]());

  async function anchorOnce(during?: () => void): Promise<void> {
    const session = chain.session();
    const before = await chain.direct.getTransactionCount(chain.registrar.address);
    const watched = await own.evm.submit(chain.registrar, anchorCall(chain, session));
    during?.();
    for (let i = 0; !watched.isOver && i < 200; i++) {
      await chain.mine();
      await pause(50);
    }
    const receipt = await own.evm.settle(watched, "the call");
    assert.equal(receipt.status, 1);
    const after = await chain.direct.getTransactionCount(chain.registrar.address);
    assert.equal(after - before, 1, "one nonce was used");
  }

  for (const [name, fault, only] of FAULTS) {
    it(`anchors once when the first ${name}`, async () => {
      first.fault = fault;
      first.only = only;
      await anchorOnce();
    });
  }

  it("anchors once when the first dies between sending and the receipt", async () => {
    await anchorOnce(() => {
      first.fault = { kind: "dead" };
    });
  });

  it("believes the furthest endpoint when the one in use falls back to an older block", async () => {
    await anchorOnce();
    first.fault = { kind: "behind", head: (await chain.direct.getBlockNumber()) - 3 };
    await anchorOnce();
    assert.equal(own.provider.endpoint, second.url);
    const { documents } = await own.store.anchorTransactions.all();
    assert.deepEqual(
      documents.map(({ status }) => status),
      ["confirmed", "confirmed"],
    );
  });

  it("begins with the furthest endpoint", async () => {
    await own[Symbol.asyncDispose]();
    first.fault = { kind: "behind", head: 1 };
    own = await start(chain, { urls: [first.url, second.url] });
    assert.equal(own.provider.endpoint, second.url);
  });

  it("refuses with the limit when every endpoint is silent again and again, and tries once after a while", async () => {
    first.fault = { kind: "dead" };
    second.fault = { kind: "dead" };
    const ask = () => own.provider.getBlockNumber();
    for (let i = 0; i < 3; i++) assert.equal((await rejection(ask(), EvmError)).code, "RPC_UNREACHABLE");
    assert.deepInclude((await rejection(ask(), EvmError)).details, { code: "BREAKER_OPEN", breaker: "rpc" });
    const asked = first.asked.length;
    await rejection(ask(), EvmError);
    assert.lengthOf(first.asked, asked, "nobody was asked");
    second.fault = { kind: "none" };
    await pause(1_100);
    assert.isAbove(await ask(), 0);
  });

  it("finds a node that was started after many commands in vain, and another one at once", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "lucid-probe-"));
    const connect = (...urls: string[]) =>
      start(chain, { urls, dataDir, env: { LUCID_MAX_RPC_FAILURES: "2" } });
    first.fault = { kind: "dead" };
    for (let i = 0; i < 4; i++) {
      const { code } = await rejection(connect(first.url), EvmError);
      assert.equal(code, "RPC_UNREACHABLE", "each says why, and none that it did not ask");
    }
    await (await connect(second.url))[Symbol.asyncDispose]();
    first.fault = { kind: "none" };
    await (await connect(first.url))[Symbol.asyncDispose]();
    await rm(dataDir, { recursive: true });
  });

  it("keeps what nobody answered for, and brings it to an end when they are back", async () => {
    const session = chain.session();
    first.fault = { kind: "dead" };
    first.only = SENDING;
    second.fault = { kind: "dead" };
    second.only = SENDING;
    const watched = await own.evm.submit(chain.registrar, anchorCall(chain, session));
    assert.equal((await own.store.anchorTransactions.get(watched.attempts[0]?._id ?? ""))?.status, "signed");
    first.fault = { kind: "none" };
    for (let i = 0; !watched.isOver && i < 200; i++) {
      await chain.mine();
      await pause(50);
    }
    assert.equal((await watched.outcome()).state, "confirmed");
  });

  for (const [name, fault] of [
    ["an HTTP status", { kind: "gateway", status: 504, code: -32_603 }],
    ["an internal error", { kind: "gateway", status: 200, code: -32_603 }],
    ["words that are no refusal", GATEWAY_ERROR],
  ] as const) {
    it(`keeps the nonce when every gateway passes a transaction on and answers with ${name}`, async () => {
      for (const endpoint of [first, second]) Object.assign(endpoint, { fault, only: SENDING });
      await anchorOnce();
      const { documents } = await own.store.anchorTransactions.all();
      assert.deepEqual(
        documents.map(({ status }) => status),
        ["confirmed"],
      );
    });
  }

  for (const message of [
    "already known",
    "AlreadyKnown",
    "ALREADY_EXISTS: already known",
    "transaction already imported",
    "Known transaction",
  ]) {
    it(`takes "${message}" for what it says`, async () => {
      first.fault = { kind: "refusing", message, afterTheNode: true };
      first.only = SENDING;
      const watched = await own.evm.submit(chain.registrar, anchorCall(chain, chain.session()));
      assert.isEmpty(own.log, "nothing to warn of");
      await chain.mine();
      assert.equal((await watched.outcome()).state, "confirmed");
    });
  }

  for (const [message, code] of [
    ["intrinsic gas too low", "RPC_FAILED"],
    ["exceeds block gas limit", "CALL_TOO_LARGE"],
    ["invalid sender", "RPC_FAILED"],
  ] as const) {
    it(`frees the nonce of what a node refuses with "${message}", and says so`, async () => {
      first.fault = { kind: "refusing", message };
      first.only = SENDING;
      const call = anchorCall(chain, chain.session());
      const error = await rejection(own.evm.submit(chain.registrar, call), EvmError);
      assert.deepInclude(error.details, { code, action: call.action });
      assert.include(error.message, message);
      const [stored] = (await own.store.anchorTransactions.all()).documents;
      assert.equal(stored?.status, "dropped");
      assert.include(stored?.error, message);
    });
  }

  it("says what was asked and what the node answered where that has no name", async () => {
    const message = "missing trie node 4f2d";
    first.only = ["eth_estimateGas"];
    first.fault = { kind: "refusing", message };
    const call = anchorCall(chain, chain.session());
    const { details } = await rejection(own.evm.submit(chain.registrar, call), EvmError);
    assert.deepInclude(details, { code: "RPC_FAILED", action: call.action, reason: message });
    assert.isEmpty((await own.store.anchorTransactions.all()).documents);
  });

  it("does not start with endpoints of different chains", async () => {
    await using other = await startAnvil({ extra: ["--chain-id", "31338"] });
    const { details } = await rejection(start(chain, { urls: [first.url, other.url] }), EvmError);
    assert.deepEqual(details, {
      code: "RPC_CHAINS_DIFFER",
      chains: { [first.url]: "31337", [other.url]: "31338" },
    });
  });

  it("never turns to an endpoint that was dead at the start and serves another chain", async () => {
    await using other = await startAnvil({ extra: ["--chain-id", "31338"] });
    await using late = await FlakyEndpoint.before(other.url);
    late.fault = { kind: "dead" };
    await using process = await start(chain, { urls: [first.url, late.url] });
    late.fault = { kind: "none" };
    first.fault = { kind: "dead" };
    const error = await rejection(process.provider.getBalance(chain.registrar.address), EvmError);
    assert.deepInclude(error.details, { code: "RPC_UNREACHABLE", endpoint: first.url });
    assert.include(late.asked, "eth_chainId");
    assert.notInclude(late.asked, "eth_getBalance");
  });

  it("believes a refusal of a transaction whatever its code, and no other error with that code", async () => {
    first.only = SENDING;
    second.only = SENDING;
    const message = "Transaction gas limit exceeds block gas limit";
    first.fault = { kind: "answering", error: { code: -32_005, message } };
    const call = anchorCall(chain, chain.session());
    const error = await rejection(own.evm.submit(chain.registrar, call), EvmError);
    assert.equal(error.code, "CALL_TOO_LARGE");
    assert.include(error.message, message);
    assert.notInclude(second.asked, "eth_sendRawTransaction", "the refusal was an answer");
    first.fault = { kind: "answering", error: { code: -32_005, message: "daily request count exceeded" } };
    await anchorOnce();
    assert.include(second.asked, "eth_sendRawTransaction");
  });

  it("shows what the node says of an account without funds", async () => {
    first.only = SENDING;
    const message = "insufficient funds for gas * price + value: balance 1, tx cost 21000, overshot 20999";
    first.fault = { kind: "refusing", message };
    const call = anchorCall(chain, chain.session());
    const error = await rejection(own.evm.submit(chain.registrar, call), EvmError);
    assert.deepInclude(error.details, { code: "FUNDS_MISSING", reason: message });
    assert.include(error.message, message);
  });

  it("halves ranges of logs until an endpoint takes them", async () => {
    await anchorOnce();
    for (const endpoint of [first, second]) endpoint.fault = { kind: "narrow", maxBlocks: 4 };
    const head = await chain.direct.getBlockNumber();
    const found = [];
    for await (const page of own.anchors.registeredSessions({ fromBlock: 0, toBlock: head }))
      found.push(...page);
    const topics = [id("SessionRegistered(bytes32,address,bytes32,bytes32,uint64,uint32)")];
    const direct = await chain.direct.getLogs({
      address: chain.anchorsAddress,
      fromBlock: 0,
      toBlock: head,
      topics,
    });
    assert.isAbove(direct.length, 0);
    assert.deepEqual(
      found.map(({ session }) => session.sessionId),
      direct.map((log) => log.topics[1]),
    );
  });

  it("refuses to count from an endpoint that is behind what was confirmed", async () => {
    await anchorOnce();
    await anchorOnce();
    const head = (await chain.direct.getBlockNumber()) - 4;
    for (const endpoint of [first, second]) endpoint.fault = { kind: "behind", head };
    const call = anchorCall(chain, chain.session());
    assert.equal((await rejection(own.evm.submit(chain.registrar, call), EvmError)).code, "CHAIN_BEHIND");
  });

  it("goes on with the same store on a chain that was begun anew under the same id", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "lucid-anew-"));
    for (let chains = 0; chains < 2; chains++) {
      await using anew = await EvmChain.start();
      await using restarted = await start(anew, { dataDir });
      for (let calls = 0; calls < 3 - chains; calls++) {
        const watched = await restarted.evm.submit(anew.registrar, anchorCall(anew, anew.session()));
        assert.equal(watched.nonce, calls);
        while (!watched.isOver) {
          await anew.mine();
          await pause(50);
        }
        assert.equal((await watched.outcome()).state, "confirmed");
      }
      // A chain's head is dated in whole seconds.
      await pause(1_100);
    }
    await rm(dataDir, { recursive: true });
  });

  it("does again on a chain that was begun anew what the same bytes did on the one before, through a crash", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "lucid-anew-"));
    const admin = new Wallet(localKey(0));
    const account = Wallet.createRandom().address;
    const txids = new Set<string>();
    const blocks = new Set<string | undefined>();
    for (const isKilled of [false, true]) {
      await using anew = await EvmChain.start();
      await using proxy = await FlakyEndpoint.before(anew.node.url);
      const location = { address: anew.anchorsAddress, deploymentBlock: 0 };
      {
        await using granting = await start(anew, { dataDir, urls: [proxy.url] });
        const roles = new AccessControlClient("LucidAnchors", location, { evm: granting.evm });
        if (isKilled) {
          Object.assign(proxy, { fault: { kind: "dead" }, only: SENDING });
          void roles.grantRole(admin, "REGISTRAR", account).catch(() => undefined);
          while (!proxy.asked.includes("eth_sendRawTransaction")) await pause(20);
          await pause(200);
        } else {
          const granted = roles.grantRole(admin, "REGISTRAR", account);
          await pause(500);
          await anew.mine(2);
          await granted;
        }
      }
      await using next = await start(anew, { dataDir });
      const roles = new AccessControlClient("LucidAnchors", location, { evm: next.evm });
      if (isKilled) {
        const resumed = next.evm.resume(admin);
        await pause(1_000);
        await anew.mine(2);
        assert.equal(await resumed, 1);
      }
      assert.isTrue(await roles.hasRole("REGISTRAR", account));
      const { documents } = await next.store.anchorTransactions.all();
      const [document] = documents;
      assert.lengthOf(documents, 1);
      assert.equal(document?.status, "confirmed");
      const mined = await anew.direct.getTransactionReceipt(document?._id ?? "");
      assert.equal(document?.block_hash, mined?.blockHash, "what is kept is of this chain");
      txids.add(document?._id ?? "");
      blocks.add(document?.block_hash);
      // A chain's head is dated in whole seconds.
      await pause(1_100);
    }
    assert.lengthOf(txids, 1, "the same bytes");
    assert.lengthOf(blocks, 2);
    await rm(dataDir, { recursive: true });
  });

  it("tells the later of two processes with one key and stores of their own", async () => {
    await chain.holdBlocks();
    const head = await chain.direct.getBlockNumber();
    const watched = await own.evm.submit(chain.registrar, anchorCall(chain, chain.session()));
    // The other one counts before the first is in the pool, as it would in a race.
    second.fault = { kind: "behind", head };
    second.only = ["eth_getTransactionCount"];
    const other = await start(chain, { urls: [second.url] });
    try {
      const submitted = other.evm.submit(chain.registrar, anchorCall(chain, chain.session()));
      const { details } = await rejection(submitted, EvmError);
      assert.deepInclude(details, { code: "NONCE_CONTESTED", nonce: watched.nonce });
      const [refused] = (await other.store.anchorTransactions.all()).documents;
      assert.equal(refused?.status, "dropped");
      await chain.mine(2);
      assert.equal((await watched.outcome()).state, "confirmed");
    } finally {
      await chain.control("evm_setAutomine", true);
      await other[Symbol.asyncDispose]();
    }
  });

  it("tells one of two that share a store and a key, whichever is later", async () => {
    const sessions = Array.from({ length: 8 }, () => chain.session());
    const modules = { transactions: own.store.anchorTransactions, logger: pino({ level: "silent" }) };
    const settings = readSettings({ LUCID_CONFIRMATIONS: "1" });
    const clients = [0, 1].map(() => evmLayerOver(chain.direct, settings, modules).evm);
    let told = 0;
    let waiting = sessions;
    while (waiting.length > 0) {
      const outcomes = await Promise.allSettled(
        waiting.map((session, i) => clients[i % 2]?.send(chain.registrar, anchorCall(chain, session))),
      );
      waiting = waiting.filter((_, i) => outcomes[i]?.status === "rejected");
      for (const outcome of outcomes) {
        if (outcome.status === "fulfilled") continue;
        told += 1;
        assert.include(["NONCE_CONTESTED", "TRANSACTION_REPLACED"], outcome.reason.code);
      }
    }
    assert.isAbove(told, 0, "they met");
    for (const client of clients) await client.close();
    for (const session of sessions) {
      assert.isNumber(await own.anchors.registeredAt(sessionCommitment(session)));
    }
    const statuses = (await own.store.anchorTransactions.all()).documents.map(({ status }) => status);
    assert.lengthOf(
      statuses.filter((status) => status === "confirmed"),
      sessions.length,
      "one transaction a session",
    );
  });
});
