import { assert } from "chai";
import { toBeHex } from "ethers";
import { EvmError } from "../../../offchain/evm/errors.ts";
import { anchorCall, EvmChain, type EvmProcess, needAnvil, startProcess } from "../../support/evm-chain.ts";
import { type BoastedBlock, type Fault, FlakyEndpoint } from "../../support/flaky-endpoint.ts";
import { rejection } from "../../support/rejection.ts";

const BOASTED_BLOCKS: readonly BoastedBlock[] = [
  "no block",
  "the latest block",
  "a block of now",
  "a block of the future",
];
const FAR = 7_000;

describe("endpoints that lie about the head", function () {
  this.timeout(60_000);
  let chain: EvmChain;
  let honest: FlakyEndpoint;
  let liar: FlakyEndpoint;
  let own: EvmProcess | undefined;
  let blockNumber: number;

  before(async function () {
    needAnvil(this);
    chain = await EvmChain.start();
    await using anchoring = await startProcess(chain, { env: { LUCID_CONFIRMATIONS: "1" } });
    ({ blockNumber } = await anchoring.evm.send(chain.registrar, anchorCall(chain, chain.session())));
  });
  beforeEach(async () => {
    honest = await FlakyEndpoint.before(chain.node.url);
    liar = await FlakyEndpoint.before(chain.node.url);
  });
  afterEach(async () => {
    await own?.[Symbol.asyncDispose]();
    own = undefined;
    await honest[Symbol.asyncDispose]();
    await liar[Symbol.asyncDispose]();
  });
  after(async () => chain?.[Symbol.asyncDispose]());

  const boast = (shows: BoastedBlock): Fault => ({ kind: "boasting", head: blockNumber + FAR, shows });
  const confirmations = async () => (await (own as EvmProcess).anchors.head()) - blockNumber + 1;
  async function trueConfirmations(): Promise<number> {
    return (await chain.direct.getBlockNumber()) - blockNumber + 1;
  }

  for (const shows of BOASTED_BLOCKS) {
    for (const order of ["honest,liar", "liar,honest"]) {
      it(`counts true confirmations with ${order}, where the liar shows ${shows} for its head`, async () => {
        liar.fault = boast(shows);
        const urls = order === "honest,liar" ? [honest.url, liar.url] : [liar.url, honest.url];
        own = await startProcess(chain, { urls });
        assert.equal(await confirmations(), await trueConfirmations());
      });
    }

    it(`leaves an endpoint that begins to lie, and shows ${shows} for its head`, async () => {
      own = await startProcess(chain, { urls: [liar.url, honest.url] });
      assert.equal(own.provider.endpoint, liar.url);
      liar.fault = boast(shows);
      assert.equal(await confirmations(), await trueConfirmations());
      await chain.mine();
      assert.equal(await confirmations(), await trueConfirmations());
    });

    it(`is not led astray while the honest one pauses, where the liar shows ${shows}`, async () => {
      own = await startProcess(chain, { urls: [honest.url, liar.url] });
      assert.equal(await confirmations(), await trueConfirmations());
      liar.fault = boast(shows);
      // Falls back, so that all are compared.
      honest.fault = { kind: "behind", head: (await chain.direct.getBlockNumber()) - 1 };
      assert.isAtMost(await confirmations(), await trueConfirmations());
    });
  }

  it("counts with a single endpoint only as far as that has blocks", async () => {
    liar.fault = boast("no block");
    own = await startProcess(chain, { urls: [liar.url] });
    assert.equal(await confirmations(), await trueConfirmations());
    liar.fault = { ...boast("no block"), head: blockNumber + 2 * FAR } as Fault;
    await chain.mine();
    assert.equal(await confirmations(), await trueConfirmations());
  });

  it("does not connect to a single endpoint that serves the latest block under another number", async () => {
    liar.fault = boast("the latest block");
    const error = await rejection(startProcess(chain, { urls: [liar.url] }), EvmError);
    assert.deepInclude(error.details, { code: "RPC_UNREACHABLE", endpoint: liar.url });
  });

  it("refuses, without counting, when the only endpoint begins to serve the latest block under another number", async () => {
    own = await startProcess(chain, { urls: [liar.url] });
    liar.fault = boast("the latest block");
    assert.equal((await rejection(confirmations(), EvmError)).code, "RPC_UNREACHABLE");
  });

  it("asks for a block once, however often the head is asked for", async () => {
    own = await startProcess(chain, { urls: [honest.url] });
    for (let i = 0; i < 5; i++) await confirmations();
    const asked = honest.asked.filter((method) => method === "eth_getBlockByNumber");
    assert.lengthOf(asked, 1);
  });

  describe("on a chain with a block every twelve seconds", () => {
    let regular: EvmChain;
    let head: number;

    beforeEach(async () => {
      regular = await EvmChain.start();
      // An hour of blocks, of which the last is of now.
      await regular.control("evm_setTime", Math.floor(Date.now() / 1_000) - 3_600);
      await regular.control("anvil_mine", toBeHex(300), toBeHex(12));
      head = await regular.direct.getBlockNumber();
      await liar[Symbol.asyncDispose]();
      liar = await FlakyEndpoint.before(regular.node.url);
    });
    afterEach(() => regular[Symbol.asyncDispose]());

    const boastOf = (blocks: number): Fault => ({
      kind: "boasting",
      head: head + blocks,
      shows: "a block of now",
    });

    it("measures a head against the pace of the chain, whichever endpoint comes first", async () => {
      liar.fault = boastOf(20);
      for (const urls of [
        [liar.url, regular.node.url],
        [regular.node.url, liar.url],
      ]) {
        await using process = await startProcess(regular, { urls });
        assert.equal(await process.provider.getBlockNumber(), head);
      }
    });

    it("finds out an endpoint that lies a little more each time", async () => {
      await using process = await startProcess(regular, { urls: [liar.url, regular.node.url] });
      for (let blocks = 2; blocks < 40; blocks += 2) {
        liar.fault = boastOf(blocks);
        assert.isAtMost(await process.provider.getBlockNumber(), head + 4);
      }
      assert.equal(process.provider.endpoint, regular.node.url);
    });

    it("compares all after a minute, and stays with an endpoint that is no liar", async () => {
      const { now } = Date;
      await using process = await startProcess(regular, { urls: [liar.url, regular.node.url] });
      const nextMinute = async () => {
        const at = Date.now() + 61_000;
        Date.now = () => at;
        await regular.control("evm_setTime", Math.floor(at / 1_000));
        await regular.mine();
        head = await regular.direct.getBlockNumber();
      };
      try {
        await nextMinute();
        assert.equal(await process.provider.getBlockNumber(), head);
        assert.equal(process.provider.endpoint, liar.url);
        await nextMinute();
        liar.fault = boastOf(30);
        assert.equal(await process.provider.getBlockNumber(), head);
        assert.equal(process.provider.endpoint, regular.node.url);
      } finally {
        Date.now = now;
      }
    });
  });

  it("works on a local chain that was moved in time, with one endpoint and with two", async () => {
    await using moved = await EvmChain.start();
    await moved.control("evm_increaseTime", 100_000);
    await moved.mine();
    await using proxy = await FlakyEndpoint.before(moved.node.url);
    for (const urls of [[proxy.url], [moved.node.url, proxy.url]]) {
      await using process = await startProcess(moved, { urls });
      for (let i = 0; i < 2; i++) {
        assert.equal(await process.provider.getBlockNumber(), await moved.direct.getBlockNumber());
        await moved.mine();
      }
    }
  });
});
