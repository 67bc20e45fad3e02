import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { startTronNode } from "../../../devnet/tron/start-tron-node.ts";
import type { TronNode } from "../../../devnet/tron/tron-node.ts";
import { TRON_NETWORKS } from "../../../offchain/config/tron-networks.ts";
import { ROUTER_ABI } from "../../../offchain/payouts/service/router-calls.ts";
import { TronSender } from "../../../offchain/payouts/service/tron-sender.ts";
import { TronError } from "../../../offchain/payouts/tron/errors.ts";
import { readSignedCall, TronClient, type TronClientOptions } from "../../../offchain/payouts/tron-client.ts";
import { payeeAt } from "../../support/planned-rows.ts";
import { rejection } from "../../support/rejection.ts";
import { keyOf, MAX_FEE, miningClock, testTether } from "../../support/tron-world.ts";

const NOBODY = "http://127.0.0.1:1";

describe("the client of TRON", function () {
  this.timeout(60_000);
  let node: TronNode;
  before(async () => {
    node = await startTronNode({ blockIntervalMs: 0 });
  });
  after(async () => {
    await node?.close();
  });

  const client = (change: Partial<TronClientOptions> = {}, clock = miningClock(node)) => {
    const { fullHost, solidityHost, chainId } = node;
    const hosts = { fullHosts: [fullHost], solidityHosts: [solidityHost] };
    return new TronClient({ ...hosts, chainId, isPublic: false, timeoutMs: 2_000, ...change }, { clock });
  };
  const code = async (promise: Promise<unknown>) => (await rejection(promise, TronError)).code;
  const call = () => ({
    contract: payeeAt(1),
    name: "pause",
    data: ROUTER_ABI.v0.encodeFunctionData("pause", []),
  });

  it("knows the local node's network by its name", () => {
    expect(node.chainId).to.equal(TRON_NETWORKS.devnet.chainId);
  });

  it("uses no node of another network, of either kind", async () => {
    expect(await code(client({ chainId: 1n }).requireNetwork())).to.equal("TRON_WRONG_NETWORK");
    await using other = await startTronNode({
      blockIntervalMs: 0,
      genesisAccounts: [{ address: `41${"11".repeat(20)}`, balance: 1n }],
    });
    expect(other.chainId).to.not.equal(node.chainId);
    const mixed = client({ solidityHosts: [other.solidityHost] });
    expect(await code(mixed.requireNetwork())).to.equal("TRON_WRONG_NETWORK");
  });

  it("asks the next node where one does not answer, and says which ones where none does", async () => {
    const failover = client({
      fullHosts: [NOBODY, node.fullHost],
      solidityHosts: [NOBODY, node.solidityHost],
    });
    await failover.requireNetwork();
    expect((await failover.head()).number).to.be.above(0);
    const error = await rejection(client({ fullHosts: [NOBODY] }).head(), TronError);
    expect(error.details).to.deep.include({ code: "TRON_UNREACHABLE", hosts: [NOBODY] });
    expect(error.message).to.match(/TRON_FULL_HOST/);
  });

  it("never shows a URL's path, which may hold a key", async () => {
    const error = await rejection(client({ fullHosts: [`${NOBODY}/secret-key`] }).head(), TronError);
    expect(JSON.stringify(error.details) + error.message).to.not.include("secret-key");
  });

  it("wants a public network's node to have peers", async () => {
    const error = await rejection(client({ isPublic: true }).requireNetwork(), TronError);
    expect(error.code).to.equal("TRON_NODE_WITHOUT_PEERS");
  });

  let server: Server | undefined;
  afterEach(() => {
    server?.close();
    server = undefined;
  });

  it("refuses what is no answer of a node, and a node that follows nothing", async () => {
    let answers: Record<string, unknown> = {};
    const listening = createServer((request, response) => {
      const path = String(request.url).split("/").at(-1) as string;
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(answers[path] ?? {}));
    });
    server = listening;
    await new Promise<void>((done) => listening.listen(0, "127.0.0.1", done));
    const url = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
    const fake = () => client({ fullHosts: [url], solidityHosts: [url], isPublic: true });
    expect(await code(fake().head())).to.equal("TRON_ANSWER_MALFORMED");
    const block = (number: number, timestamp: number) => ({
      ...{ blockID: node.genesisId, block_header: { raw_data: { number, timestamp } } },
    });
    answers = { getblockbynum: block(0, 0), getnowblock: block(5, Date.now() - 600_000) };
    expect(await code(fake().requireNetwork())).to.equal("TRON_NODE_BEHIND");
    const sign = async () => await code(fake().signCall(call(), 1_000_000n, keyOf(node, 4)));
    expect(await sign(), "nor is anything signed by such a head").to.equal("TRON_NODE_BEHIND");
    answers = { ...answers, getnowblock: block(5, Date.now() + 600_000) };
    expect(await code(fake().requireNetwork())).to.equal("TRON_HEAD_IN_FUTURE");
    expect(await sign()).to.equal("TRON_HEAD_IN_FUTURE");
    answers = { ...answers, getchainparameters: { chainParameter: [{ key: "getEnergyFee" }] } };
    expect(await code(fake().prices())).to.equal("TRON_ANSWER_MALFORMED");
  });

  it("reads prices, resources and accounts live", async () => {
    const { energy, bandwidth, maxFeeLimit } = await client().prices();
    expect([energy, bandwidth, maxFeeLimit]).to.deep.equal([100n, 1_000n, 15_000_000_000n]);
    const rich = await client().account(node.accounts[3]?.address as string);
    expect(rich).to.deep.equal({ balance: 1_000_000_000_000n, energy: 0n, bandwidth: 600n });
    expect(await client().account(payeeAt(123))).to.deep.equal({ balance: 0n, energy: 0n, bandwidth: 0n });
  });

  it("says that there is no contract", async () => {
    expect(await code(client().call(call()))).to.equal("TRON_CONTRACT_ABSENT");
  });

  it("signs without sending anything, and reads back what it signed", async () => {
    const tron = client();
    const signed = await tron.signCall(call(), 1_000_000n, keyOf(node, 4));
    const { contract, data } = call();
    expect(readSignedCall(signed.bytes)).to.deep.equal({
      ...{ txid: signed.txid, expiresAt: signed.expiresAt, owner: node.accounts[4]?.address, contract, data },
    });
    await node.mine(4);
    expect((await tron.fate(signed.txid, signed.expiresAt)).kind).to.equal("open");
    expect(() => readSignedCall("0a00"))
      .to.throw(TronError)
      .with.property("code", "TRON_TRANSACTION_MALFORMED");
  });

  it("waits for what it sent, sends it again, and says where it expired, failed or was refused", async () => {
    const clock = miningClock(node);
    const tron = client({}, clock);
    const sender = new TronSender({ key: keyOf(node, 4), maxFee: MAX_FEE, pollMs: 1 }, { tron, clock });
    const deployed = await sender.signDeployment(testTether());
    const { contract } = await sender.awaitSuccess(deployed);
    expect(contract).to.match(/^0x[0-9a-f]{40}$/);
    const pause = { ...call(), contract: deployed.contract };
    const purpose = "Pausing";
    const expired = { ...(await tron.signCall(pause, 10_000_000n, keyOf(node, 4))), purpose };
    await node.increaseTime(3_600_000);
    await node.mine(4);
    expect(await code(sender.awaitSuccess(expired))).to.equal("TRON_TRANSACTION_EXPIRED");
    // Somebody else does not own the token: it is accepted, mined and charged.
    const stranger = new TronSender({ key: keyOf(node, 5), maxFee: MAX_FEE, pollMs: 1 }, { tron, clock });
    const reverting = { ...(await tron.signCall(pause, 10_000_000n, keyOf(node, 5))), purpose };
    expect(await code(stranger.awaitSuccess(reverting))).to.equal("TRON_TRANSACTION_FAILED");
    const forged = { ...(await tron.signCall(pause, 10_000_000n, keyOf(node, 4))), purpose };
    const bytes = forged.bytes.replace(/....$/, (end) =>
      end.startsWith("0") ? `1${end.slice(1)}` : `0${end.slice(1)}`,
    );
    expect(await code(sender.awaitSuccess({ ...forged, bytes }))).to.equal("TRON_TRANSACTION_REFUSED");
  });

  it("stops where a node lost its peers", async () => {
    const clock = miningClock(node);
    const tron = client({}, clock);
    const sender = new TronSender({ key: keyOf(node, 4), maxFee: MAX_FEE, pollMs: 20_000 }, { tron, clock });
    const signed = { ...(await tron.signCall(call(), 1_000_000n, keyOf(node, 4))), purpose: "Testing" };
    node.setFaults({ noConnection: 1 });
    expect(await code(sender.awaitSuccess(signed))).to.equal("TRON_NODE_WITHOUT_PEERS");
    node.setFaults({ noConnection: 0 });
  });
});
