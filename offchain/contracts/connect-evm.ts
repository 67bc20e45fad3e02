import { join } from "node:path";
import executionGas from "../../snapshots/estimates/execution-gas.json" with { type: "json" };
import type { Settings } from "../config/settings.ts";
import { CircuitBreakers, type CircuitBreakersModules } from "../evm/breakers/circuit-breakers.ts";
import type { ChainProvider } from "../evm/chain-provider.ts";
import { connectProvider } from "../evm/endpoints/connect-provider.ts";
import type { FailoverProvider } from "../evm/endpoints/failover-provider.ts";
import { endpointName } from "../evm/endpoints/rpc-endpoint.ts";
import type { ExecutionGasSnapshot } from "../evm/gas/gas-estimate.ts";
import { GasEstimator } from "../evm/gas/gas-estimator.ts";
import { EvmClient, type EvmClientOptions } from "../evm/transactions/evm-client.ts";
import type { Logger } from "../logger.ts";
import type { TimedRequest } from "../monitoring/latency-metrics.ts";
import type { AnchorTransactions } from "../store/repositories/anchor-transactions.ts";
import { callCodec } from "./call-codec.ts";
import { gasSamples } from "./gas-samples.ts";
import { RecordedGas } from "./recorded-gas.ts";

/** The settings that the EVM layer reads. */
export type EvmSettings = Pick<
  Settings,
  | "confirmations"
  | "maxGasPerCall"
  | "maxFeePerGas"
  | "maxWeiPerHour"
  | "maxRpcFailures"
  | "breakerCooldownMs"
>;

export interface EvmLayerModules {
  readonly transactions: AnchorTransactions;
  readonly logger: Logger;
  /** Told how long each request to an endpoint took. @default nobody */
  readonly onRequest?: ((request: TimedRequest) => void) | undefined;
}

/** Timeouts and intervals of the client; @default DEFAULT_PATIENCE */
export type Patience = Omit<EvmClientOptions, "confirmations" | "maxGasPerCall">;

/** The assembled EVM layer. */
export interface EvmLayer<P extends ChainProvider = ChainProvider> {
  readonly evm: EvmClient;
  readonly provider: P;
  readonly estimator: GasEstimator;
  readonly breakers: CircuitBreakers;
}

/**
 * Connects to the endpoints of the On-System chain.
 *
 * @param urls in order of preference
 * @throws {EvmError} RPC_UNREACHABLE, RPC_CHAINS_DIFFER, BREAKER_OPEN, BREAKER_STATE_CORRUPT
 */
export async function connectEvm(
  urls: readonly string[],
  settings: EvmSettings & Pick<Settings, "dataDir">,
  modules: EvmLayerModules,
  { answerTimeoutMs, ...patience }: Patience & { readonly answerTimeoutMs?: number } = {},
): Promise<EvmLayer<FailoverProvider>> {
  const stateFile = join(settings.dataDir, "breakers.json");
  const breakers = createBreakers(settings, modules, { stateFile, endpoints: urls.map(endpointName) });
  const connection = { urls, ...(answerTimeoutMs !== undefined && { answerTimeoutMs }) };
  const { logger, onRequest } = modules;
  const provider = await connectProvider(connection, { logger, breakers, onRequest, now: Date.now });
  return assemble(provider, breakers, settings, modules, patience);
}

/** The same over a chain in this process, whose breakers end with it. */
export function evmLayerOver<P extends ChainProvider>(
  provider: P,
  settings: EvmSettings,
  modules: EvmLayerModules,
  patience: Patience = {},
): EvmLayer<P> {
  const breakers = createBreakers(settings, modules, { stateFile: undefined, endpoints: [] });
  return assemble(provider, breakers, settings, modules, patience);
}

function createBreakers(
  settings: EvmSettings,
  { transactions, logger }: EvmLayerModules,
  kept: Pick<CircuitBreakersModules, "stateFile" | "endpoints">,
): CircuitBreakers {
  const limits = {
    gasPerCall: settings.maxGasPerCall,
    feeCap: settings.maxFeePerGas,
    weiPerHour: settings.maxWeiPerHour,
    rpcFailures: settings.maxRpcFailures,
    breakerCooldownMs: settings.breakerCooldownMs,
  };
  return new CircuitBreakers(limits, { transactions, logger, now: Date.now, ...kept });
}

function assemble<P extends ChainProvider>(
  provider: P,
  breakers: CircuitBreakers,
  { confirmations, maxGasPerCall }: EvmSettings,
  { transactions, logger }: EvmLayerModules,
  patience: Patience,
): EvmLayer<P> {
  const snapshot: ExecutionGasSnapshot = executionGas.functions;
  const estimator = new GasEstimator({
    provider,
    snapshot,
    samples: gasSamples,
    history: new RecordedGas(transactions),
  });
  const modules = { provider, transactions, estimator, breakers, logger, codec: callCodec, now: Date.now };
  return {
    evm: new EvmClient({ confirmations, maxGasPerCall: maxGasPerCall, ...patience }, modules),
    provider,
    estimator,
    breakers,
  };
}
