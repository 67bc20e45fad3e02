import type { Environment } from "./environment.ts";

/** How the On-System chain is reached, what counts as final, and what may be spent. */
export interface ChainSettings {
  /** Endpoints of the On-System chain, tried in this order. @default http://127.0.0.1:8545 */
  readonly onSystemChainRpc: readonly string[];
  /** Blocks until a transaction counts as final, its own included. @default 1, which is for local chains */
  readonly confirmations: number;
  /** Gas limit of one transaction. @default 16,777,216 (EIP-7825) */
  readonly maxGasPerCall: bigint;
  /** Fee cap per unit of gas, in wei. @default 500 gwei */
  readonly maxFeePerGas: bigint;
  /** What may be spent on gas in an hour, in wei. @default 10^18 */
  readonly maxWeiPerHour: bigint;
  /** Consecutive requests without an answer from any endpoint. @default 5 */
  readonly maxRpcFailures: number;
  /** How long a tripped breaker refuses everything, in ms. @default 30,000 */
  readonly breakerCooldownMs: number;
}

const DEFAULT_RPC = "http://127.0.0.1:8545";
/** More than a day of 12 s blocks is most likely a wrong unit. */
const MAX_CONFIRMATIONS = 7_200n;
/** EIP-7825: no block includes a transaction with more. */
const DEFAULT_GAS_PER_CALL = 16_777_216n;
/** Several times the highest price that mainnet has had for long; transactions wait during higher spikes. */
const DEFAULT_MAX_FEE_GWEI = "500";
/** One coin an hour: some thirty full batches at 2 gwei. */
const DEFAULT_WEI_PER_HOUR = 10n ** 18n;
const DEFAULT_RPC_FAILURES = 5n;
/** In seconds: two to three blocks, after which the price may have changed. */
const DEFAULT_COOLDOWN = 30n;
const MS_PER_SECOND = 1_000;

/** @throws {SettingsError} SETTING_INVALID */
export function readChainSettings(env: Environment): ChainSettings {
  // A URL's path or credentials may be an API key.
  const isHttp = (url: string) => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
  const rpc = env.list("ON_SYSTEM_CHAIN_RPC", isHttp, "http:// or https:// URLs");
  return {
    onSystemChainRpc: rpc.length > 0 ? rpc : [DEFAULT_RPC],
    confirmations: Number(env.whole("LUCID_CONFIRMATIONS", 1n, MAX_CONFIRMATIONS)),
    maxGasPerCall: env.whole("LUCID_MAX_GAS_PER_CALL", DEFAULT_GAS_PER_CALL),
    maxFeePerGas: env.gwei("LUCID_MAX_FEE_GWEI", DEFAULT_MAX_FEE_GWEI),
    maxWeiPerHour: env.whole("LUCID_MAX_WEI_PER_HOUR", DEFAULT_WEI_PER_HOUR),
    maxRpcFailures: Number(env.whole("LUCID_MAX_RPC_FAILURES", DEFAULT_RPC_FAILURES)),
    breakerCooldownMs: MS_PER_SECOND * Number(env.whole("LUCID_BREAKER_COOLDOWN_SECONDS", DEFAULT_COOLDOWN)),
  };
}
