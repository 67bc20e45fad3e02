import { assert } from "chai";
import { formatUnits, Wallet } from "ethers";
import { localKey } from "../../../devnet/anvil.ts";
import { gasSamples } from "../../../offchain/contracts/gas-samples.ts";
import { RecordedGas } from "../../../offchain/contracts/recorded-gas.ts";
import { EvmError } from "../../../offchain/evm/errors.ts";
import { readDayPrices } from "../../../offchain/evm/gas/day-prices.ts";
import { ESTIMATE_METHODS } from "../../../offchain/evm/gas/gas-estimate.ts";
import { GasEstimator } from "../../../offchain/evm/gas/gas-estimator.ts";
import { GasCalls, type GasChain, startGasChain } from "../../../scripts/bench/estimates/gas-calls.ts";
import { Random } from "../../../scripts/bench/estimates/random.ts";
import snapshot from "../../../snapshots/estimates/execution-gas.json" with { type: "json" };
import { anchorCall, EvmChain, needAnvil, startProcess } from "../../support/evm-chain.ts";
import { rejection } from "../../support/rejection.ts";

const SEED = 1_559;
const CALLS = 4;
const MAX_RATIO = 1.1;
/** With a refund at the end, what is used says little of what is needed. */
const REFUNDED = /revokeRole|unpause/;

describe("gas estimates", function () {
  this.timeout(60_000);

  describe("of every function that writes", () => {
    let chain: GasChain;
    let calls: GasCalls;
    let estimator: GasEstimator;
    const random = new Random(SEED);

    before(async () => {
      chain = await startGasChain();
      calls = new GasCalls(chain, random);
      const history = { samples: () => Promise.resolve([]) };
      estimator = new GasEstimator({
        provider: chain.provider,
        snapshot: snapshot.functions,
        samples: gasSamples,
        history,
      });
    });
    after(() => chain.close());

    it("the committed measurements hold: enough, and hardly more", async () => {
      assert.sameMembers(Object.keys(snapshot.functions), Object.keys(calls.makers));
      for (const [action, make] of Object.entries(calls.makers)) {
        for (let call = 0; call < CALLS; call++) {
          const size = { count: random.whole(1, 24), proof: random.whole(0, 20), isRun: call % 2 === 0 };
          const request = await make(size);
          const { gasLimit } = await estimator.estimate("static", request);
          const { hash } = await chain.signer.sendTransaction({
            to: request.to,
            data: request.data,
            gasLimit,
          });
          const receipt = await chain.provider.getTransactionReceipt(hash);
          assert.equal(receipt?.status, 1, action);
          const ratio = Number(gasLimit) / Number(receipt?.gasUsed);
          const hint = `${action}: run scripts/snapshots/write-execution-gas.ts again if a contract changed`;
          if (!REFUNDED.test(action)) assert.isAtMost(ratio, MAX_RATIO, hint);
        }
      }
    });

    it("refuses what it has no measurement or no history of", async () => {
      const make = calls.makers["LucidAnchors.registerSession"] as NonNullable<(typeof calls.makers)[string]>;
      const request = await make({ count: 1, proof: 0, isRun: true });
      const unknown = { ...request, action: "LucidAnchors.unheardOf" };
      const none = await rejection(estimator.estimate("static", unknown), EvmError);
      assert.deepInclude(none.details, { code: "ESTIMATE_UNAVAILABLE", method: "static" });
      const few = await rejection(estimator.estimate("historical", request), EvmError);
      assert.deepInclude(few.details, { code: "ESTIMATE_UNAVAILABLE", method: "historical" });
    });
  });

  const CHAINS = [
    ["a base fee", []],
    ["no base fee and free gas", ["--base-fee", "0", "--gas-price", "0", "--disable-min-priority-fee"]],
  ] as const;
  for (const [name, extra] of CHAINS) {
    it(`all four methods answer, and a call goes through, on a chain with ${name}`, async function () {
      needAnvil(this);
      await using chain = await EvmChain.start({ extra });
      await using own = await startProcess(chain, { env: { LUCID_CONFIRMATIONS: "1" } });
      for (let i = 0; i < 20; i++) {
        const receipt = await own.evm.send(chain.registrar, anchorCall(chain, chain.session()));
        assert.equal(receipt.type, 2);
      }
      const history = await new RecordedGas(own.store.anchorTransactions).samples(
        "LucidAnchors.registerSession",
      );
      assert.lengthOf(history, 20);
      const request = { ...anchorCall(chain, chain.session()), from: chain.registrar.address, items: {} };
      const used = await chain.direct.estimateGas(request);
      for (const method of ESTIMATE_METHODS) {
        const estimate = await own.estimator.estimate(method, request);
        const ratio = Number(estimate.gasLimit) / Number(used);
        assert.isTrue(ratio >= 1 && ratio < 1.25, `${method}: ${ratio}`);
        assert.isTrue(estimate.confidence > 0 && estimate.confidence < 1, method);
        assert.equal(estimate.maxCost, estimate.gasLimit * estimate.fees.feeCap);
        assert.isTrue(estimate.cost <= estimate.maxCost);
      }
      const { low, median, high } = await readDayPrices(own.provider);
      assert.isTrue(low <= median && median <= high, formatUnits(median, "gwei"));
    });
  }

  for (const gasPrice of [0, 2_000_000_000]) {
    it(`pays the one price of a chain without EIP-1559: ${gasPrice} wei`, async function () {
      needAnvil(this);
      const extra = ["--hardfork", "berlin", "--gas-price", String(gasPrice)];
      await using chain = await EvmChain.startBare({ extra });
      await using own = await startProcess(chain, { env: { LUCID_CONFIRMATIONS: "1" } });
      const call = {
        action: "a transfer",
        purpose: "other",
        to: localAddress(2),
        data: "0x",
        references: [],
      } as const;
      const receipt = await own.evm.send(chain.registrar, call);
      assert.deepEqual([receipt.type, receipt.gasPrice], [0, BigInt(gasPrice)]);
      const request = { ...call, from: chain.registrar.address, items: {} };
      const { fees, cost, gasExpected } = await own.estimator.estimate("simulation", request);
      assert.deepInclude(fees, { type: 0, feeCap: BigInt(gasPrice) });
      assert.equal(cost, gasExpected * BigInt(gasPrice));
      const { now, low, high } = await readDayPrices(own.provider);
      assert.deepEqual([now, low, high], Array(3).fill(BigInt(gasPrice)));
    });
  }
});

const localAddress = (account: number) => new Wallet(localKey(account)).address;
