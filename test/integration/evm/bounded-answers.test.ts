import { assert } from "chai";
import { Interface, id } from "ethers";
import { ContractError } from "../../../offchain/contracts/errors.ts";
import { EvmError } from "../../../offchain/evm/errors.ts";
import { sessionCommitment } from "../../../offchain/sessions/session.ts";
import { anchorCall, EvmChain, type EvmProcess, needAnvil, startProcess } from "../../support/evm-chain.ts";
import { type Fault, FlakyEndpoint } from "../../support/flaky-endpoint.ts";
import { rejection } from "../../support/rejection.ts";

/** Enough for 64 MiB from this machine. */
const ANSWER_TIMEOUT_MS = 10_000;
const SHORT_MS = 500;
const MANY = 1_000_000;
const FEW = 2_000;
const MAX_MESSAGE_CHARACTERS = 1_000;

const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

/** What is not an answer, in ways that take more than a look at its first characters. */
const RUBBISH: readonly [string, string][] = [
  ["a list that is nested a million times", nested(MANY)],
  [
    "an answer that is nested a hundred thousand times",
    `{"jsonrpc":"2.0","id":1,"result":${nested(MANY / 10)}}`,
  ],
  [
    "an error with nested data",
    `{"jsonrpc":"2.0","id":1,"error":{"code":3,"message":"no","data":${nested(MANY / 10)}}}`,
  ],
  ["a string", '"0x1"'],
  ["null", "null"],
  ["a number that is too large for any", `{"jsonrpc":"2.0","id":1,"result":"0x${"f".repeat(MANY)}"}`],
];

describe("answers without bounds", function () {
  this.timeout(120_000);
  let chain: EvmChain;
  let endpoint: FlakyEndpoint;
  let own: EvmProcess;

  before(async function () {
    needAnvil(this);
    chain = await EvmChain.start();
  });
  beforeEach(async () => {
    endpoint = await FlakyEndpoint.before(chain.node.url);
    own = await startProcess(chain, {
      urls: [endpoint.url],
      env: { LUCID_CONFIRMATIONS: "1" },
      patience: { answerTimeoutMs: ANSWER_TIMEOUT_MS },
    });
  });
  afterEach(async () => {
    await own[Symbol.asyncDispose]();
    await endpoint[Symbol.asyncDispose]();
  });
  after(async () => chain?.[Symbol.asyncDispose]());

  const ask = () => rejection(own.provider.getBlockNumber(), EvmError);

  it("stops reading an answer that does not end", async () => {
    endpoint.fault = { kind: "endless" };
    const { details } = await ask();
    const reason = "its answer is longer than 64 MiB";
    assert.deepInclude(details, { code: "RPC_UNREACHABLE", endpoint: endpoint.url, reason });
  });

  it("stops waiting for an answer that comes a byte at a time", async () => {
    const patience = { answerTimeoutMs: SHORT_MS };
    await using hasty = await startProcess(chain, { urls: [endpoint.url], patience });
    endpoint.fault = { kind: "endless", pauseMs: 20 };
    const before = Date.now();
    assert.equal((await rejection(hasty.provider.getBlockNumber(), EvmError)).code, "RPC_UNREACHABLE");
    assert.isBelow(Date.now() - before, 4 * SHORT_MS);
  });

  it("halves a range of logs whose answer is too long", async () => {
    const session = chain.session();
    await own.evm.send(chain.registrar, anchorCall(chain, session));
    endpoint.fault = { kind: "endless", maxBlocks: 4 };
    const found: string[] = [];
    for await (const page of own.anchors.registeredSessions({ fromBlock: 0 })) {
      found.push(...page.map((one) => one.session.sessionId));
    }
    assert.include(found, session.sessionId);
  });

  for (const [name, text] of RUBBISH) {
    it(`takes ${name} for no answer`, async () => {
      const fault: Fault = { kind: "rubbish", text };
      Object.assign(endpoint, { fault });
      const error = await rejection(own.provider.send("eth_chainId", []) as Promise<never>, EvmError);
      assert.equal(error.code, "RPC_UNREACHABLE");
    });
  }

  it("cuts what a node says at great length", async () => {
    endpoint.fault = { kind: "refusing", message: `invalid sender \ud800 ${"x".repeat(MANY)}` };
    endpoint.only = ["eth_sendRawTransaction"];
    const sent = own.evm.submit(chain.registrar, anchorCall(chain, chain.session()));
    const { message } = await rejection(sent, EvmError);
    assert.include(message, "invalid sender");
    assert.isBelow(message.length, MAX_MESSAGE_CHARACTERS);
  });

  const REVERTS: readonly [string, string][] = [
    ["an error of another contract", `0x12345678${"00".repeat(FEW)}`],
    [
      "one that bears a known name, and not its values",
      `${id("AccessControlUnauthorizedAccount(address,bytes32)").slice(0, 10)}${"ff".repeat(FEW)}`,
    ],
    ["one whose values end early", `${id("ChallengeBlockNotOpen(uint256,uint256)").slice(0, 10)}00`],
    [
      "a reason of many words",
      Interface.from(["error Error(string)"]).encodeErrorResult("Error", ["x".repeat(FEW)]),
    ],
  ];
  for (const [name, data] of REVERTS) {
    it(`says of a revert what can be read, in one message: ${name}`, async () => {
      const error = { code: 3, message: "execution reverted", data };
      endpoint.fault = { kind: "answering", error };
      endpoint.only = ["eth_call"];
      const refused = await rejection(
        own.anchors.registeredAt(sessionCommitment(chain.session())),
        ContractError,
      );
      assert.equal(refused.code, "CONTRACT_REVERTED");
      assert.isBelow(refused.message.length, MAX_MESSAGE_CHARACTERS);
    });
  }
});
