import { assert } from "chai";
import { JsonRpcProvider } from "ethers";
import { startAnvil } from "../../../devnet/anvil.ts";
import { startGeth } from "../../../devnet/geth.ts";
import { gasSamples } from "../../../offchain/contracts/gas-samples.ts";
import type { ChainProvider } from "../../../offchain/evm/chain-provider.ts";
import { EvmError } from "../../../offchain/evm/errors.ts";
import { ChainGas } from "../../../offchain/evm/gas/chain-gas.ts";
import { GasEstimator } from "../../../offchain/evm/gas/gas-estimator.ts";
import { GasCalls, startGasChainOn } from "../../../scripts/bench/estimates/gas-calls.ts";
import { Random } from "../../../scripts/bench/estimates/random.ts";
import snapshot from "../../../snapshots/estimates/execution-gas.json" with { type: "json" };
import { needAnvil, needGeth } from "../../support/evm-chain.ts";
import { rejection } from "../../support/rejection.ts";

const ANVIL_FORKS = ["cancun", "prague", "osaka"];
const MAX_RATIO = 1.1;
const REFUNDED = /revokeRole|unpause/;
const SIZES = [
  { count: 1, proof: 0, isRun: true },
  { count: 20, proof: 9, isRun: false },
];
const history = { samples: () => Promise.resolve([]) };
const SINGLE = "LucidAnchors.registerSession";

const providerOf = (url: string) =>
  new JsonRpcProvider(url, undefined, { staticNetwork: true, cacheTimeout: -1 });
const chainGasOf = (provider: ChainProvider) =>
  new ChainGas({ provider, snapshot: snapshot.functions, samples: gasSamples });

describe("gas of other forks and clients", function () {
  this.timeout(180_000);

  const NODES = [
    ...ANVIL_FORKS.map((fork) => ({
      name: `anvil ${fork}`,
      need: needAnvil,
      start: () => startAnvil({ extra: ["--hardfork", fork] }),
    })),
    { name: "go-ethereum --dev", need: needGeth, start: () => startGeth({ period: 0 }) },
  ];
  for (const { name, need, start } of NODES) {
    it(`static and simulation are enough for every function, and static hardly more: ${name}`, async function () {
      need(this);
      const chain = await startGasChainOn(await start(), name);
      const modules = {
        provider: chain.provider,
        snapshot: snapshot.functions,
        samples: gasSamples,
        history,
      };
      const estimator = new GasEstimator(modules);
      const { makers } = new GasCalls(chain, new Random(8_037));
      for (const [action, make] of Object.entries(makers)) {
        for (const size of SIZES) {
          const request = await make(size);
          const { gasLimit } = await estimator.need("static", request);
          const simulated = await estimator.need("simulation", request);
          const gas = gasLimit < simulated.gasLimit ? gasLimit : simulated.gasLimit;
          const sent = await chain.signer.sendTransaction({
            to: request.to,
            data: request.data,
            gasLimit: gas,
          });
          const receipt = await sent.wait();
          assert.equal(receipt?.status, 1, action);
          const ratio = Number(gasLimit) / Number(receipt?.gasUsed);
          if (!REFUNDED.test(action)) assert.isAtMost(ratio, MAX_RATIO, `${action} of ${size.count}`);
        }
      }
      await chain.close();
    });
  }

  describe("what was measured on a chain", () => {
    before(function () {
      needAnvil(this);
    });

    it("is the committed snapshot where that holds, also where only eth_call takes a state", async () => {
      await using node = await startAnvil({ extra: ["--hardfork", "cancun"] });
      const provider = providerOf(node.url);
      const committed = snapshot.functions[SINGLE];
      assert.equal((await chainGasOf(provider).measured(SINGLE)).execution, committed);
      const withoutState = withoutOverrides(provider, ["eth_estimateGas"]);
      assert.equal((await chainGasOf(withoutState).measured(SINGLE)).execution, committed);
      provider.destroy();
    });

    it("is not made up where a node ignores the state of a call, or refuses it", async () => {
      await using node = await startAnvil();
      const provider = providerOf(node.url);
      const ignoring = withoutOverrides(provider, ["eth_estimateGas", "eth_call"]);
      const ignored = await rejection(chainGasOf(ignoring).measured(SINGLE), EvmError);
      assert.deepInclude(ignored.details, { code: "ESTIMATE_UNAVAILABLE", action: SINGLE });
      const paused = { ...snapshot.functions, "LucidAnchors.pause": snapshot.functions[SINGLE] };
      const unknown = new ChainGas({ provider, snapshot: paused, samples: gasSamples });
      const none = await rejection(unknown.measured("LucidAnchors.pause"), EvmError);
      assert.equal(none.details.code, "ESTIMATE_UNAVAILABLE");
      provider.destroy();
    });

    it("is measured again when the rules of the chain change", async function () {
      needGeth(this);
      await using before = await startAnvil({ extra: ["--hardfork", "cancun"] });
      await using after = await startGeth();
      const [cancun, repriced] = [providerOf(before.url), providerOf(after.url)];
      let current: ChainProvider = cancun;
      const forking = new Proxy({} as ChainProvider, {
        get: (_, name) => {
          const value = Reflect.get(current, name);
          return typeof value === "function" ? value.bind(current) : value;
        },
      });
      const chainGas = chainGasOf(forking);
      const cheap = await chainGas.measured(SINGLE);
      assert.equal((await chainGas.measured(SINGLE)).execution, cheap.execution, "kept");
      current = repriced;
      const costly = await chainGas.measured(SINGLE);
      assert.isAbove(costly.execution.constant, 3 * cheap.execution.constant);
      assert.isAbove(costly.floor.nonzeroByte, cheap.floor.nonzeroByte);
      cancun.destroy();
      repriced.destroy();
    });
  });
});

/** A node whose methods take no state: they answer as if none had been given. */
function withoutOverrides(provider: JsonRpcProvider, methods: readonly string[]): ChainProvider {
  return new Proxy(provider, {
    get: (target, name) => {
      if (name === "send") {
        return (method: string, params: unknown[]) =>
          target.send(method, methods.includes(method) ? params.slice(0, 2) : params);
      }
      const value = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
