import { assert } from "chai";
import { EvmError } from "../../../offchain/evm/errors.ts";
import { readCallBounds } from "../../../offchain/evm/gas/call-bounds.ts";
import { readEthConfig } from "../../../offchain/evm/gas/eth-config.ts";
import { readFork } from "../../../offchain/evm/gas/read-fork.ts";
import { EvmChain, type EvmProcess, needAnvil, startProcess } from "../../support/evm-chain.ts";
import { type Fault, FlakyEndpoint } from "../../support/flaky-endpoint.ts";
import { rejection } from "../../support/rejection.ts";

const MAX_GAS = 30_000_000n;

const NOT_OFFERED: readonly [string, Fault][] = [
  ["as the standard says", { kind: "answering", error: { code: -32_601, message: "Method not found" } }],
  [
    "as Hardhat does",
    { kind: "answering", error: { code: -32_004, message: "eth_config is not supported" } },
  ],
  ["with a code for anything", { kind: "refusing", message: "method eth_config is not whitelisted" }],
  ["with status 404", { kind: "gateway", status: 404, code: -32_601 }],
  ["with status 403 and a code of its own", { kind: "gateway", status: 403, code: -32_600 }],
];

const FAILING: readonly [string, Fault][] = [
  ["is dead", { kind: "dead" }],
  ["answers rubbish", { kind: "rubbish", text: "<html>502 Bad Gateway</html>" }],
  ["is asked too often", { kind: "gateway", status: 429, code: -32_005 }],
  ["has a gateway that fails", { kind: "gateway", status: 504, code: -32_603 }],
];

describe("what a node says of its rules (eth_config)", function () {
  this.timeout(60_000);
  let chain: EvmChain;
  let node: FlakyEndpoint;
  let own: EvmProcess;

  before(async function () {
    needAnvil(this);
    chain = await EvmChain.start();
  });
  beforeEach(async () => {
    node = await FlakyEndpoint.before(chain.node.url);
    own = await startProcess(chain, { urls: [node.url], env: { LUCID_MAX_RPC_FAILURES: "100" } });
    node.only = ["eth_config"];
  });
  afterEach(async () => {
    await own[Symbol.asyncDispose]();
    await node[Symbol.asyncDispose]();
  });
  after(async () => chain?.[Symbol.asyncDispose]());

  for (const [how, fault] of NOT_OFFERED) {
    it(`is not known where the node refuses it ${how}, and all goes on without it`, async () => {
      node.fault = fault;
      assert.isUndefined(await readEthConfig(own.provider));
      const { call } = await readCallBounds(own.provider, MAX_GAS);
      assert.notInclude(call.setBy, "EIP-7825");
      const name = await readFork(own.provider);
      assert.equal(await readFork(own.provider), name);
    });
  }

  for (const [what, fault] of FAILING) {
    it(`is not made up where the endpoint ${what}`, async () => {
      node.fault = fault;
      const asked = [
        () => readEthConfig(own.provider),
        () => readCallBounds(own.provider, MAX_GAS),
        () => readFork(own.provider),
      ];
      for (const ask of asked) assert.equal((await rejection(ask(), EvmError)).code, "RPC_UNREACHABLE");
    });
  }

  it("leaves no other fork's name where the endpoint fails in what is asked instead", async () => {
    const name = await readFork(own.provider);
    node.fault = { kind: "dead" };
    node.only = ["eth_estimateGas"];
    const offersIt = (await readEthConfig(own.provider)) !== undefined;
    if (offersIt) assert.equal(await readFork(own.provider), name);
    else assert.equal((await rejection(readFork(own.provider), EvmError)).code, "RPC_UNREACHABLE");
  });
});
