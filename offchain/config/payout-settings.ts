import type { Environment } from "./environment.ts";
import { networkOf, TRON_NETWORKS, type TronNetwork } from "./tron-networks.ts";

/** What a month is planned, signed and paid for. Addresses are TRON's, in base58check. */
export interface PayoutSettings {
  /** Attestations that an epoch's root needs before its credits are paid. @default 1 */
  readonly checkpointQuorum: number;
  /** block.chainid of TRON; undefined where neither TRON_CHAIN_ID nor a known TRON_NETWORK is set. */
  readonly tronChainId: bigint | undefined;
  /** Nodes that serve `/wallet`, in order of preference. @default those of the network; none where it is unknown */
  readonly tronFullHosts: readonly string[];
  /** Nodes that serve `/walletsolidity`. @default TRON_FULL_HOST, or those of the network */
  readonly tronSolidityHosts: readonly string[];
  /** @default Tether's on mainnet and Shasta; elsewhere that of `payout deploy` */
  readonly usdtTrc20: string | undefined;
  /** The highest fee limit of one transaction, in sun. @default 1,000 TRX */
  readonly payoutMaxFee: bigint;
  readonly payoutRouterV0: string | undefined;
  readonly payoutRouterKyc: string | undefined;
  readonly payoutLedger: string | undefined;
}

const DEFAULT_QUORUM = 1n;
/** More nodes than will ever be admitted. */
const MAX_QUORUM = 1_000_000n;
const MAX_CHAIN_ID = 2n ** 32n - 1n;
/** Deploying a router takes some 400 TRX at 100 sun an energy, a batch of 20 payments with its reserve 250. */
const DEFAULT_MAX_FEE_TRX = 1_000n;
/** The highest fee limit that TRON's committee allows at present. */
const MAX_FEE_TRX = 15_000n;
const SUN_PER_TRX = 1_000_000n;

/** @throws {SettingsError} SETTING_INVALID */
export function readPayoutSettings(env: Environment): PayoutSettings {
  const chainId = readChainId(env);
  const network = chainId === undefined ? undefined : networkOf(chainId);
  const fullHosts = readHosts(env, "TRON_FULL_HOST");
  const solidityHosts = readHosts(env, "TRON_SOLIDITY_HOST");
  return {
    checkpointQuorum: Number(env.whole("LUCID_CHECKPOINT_QUORUM", DEFAULT_QUORUM, MAX_QUORUM)),
    tronChainId: chainId,
    tronFullHosts: firstGiven(fullHosts, network && [network.fullHost]),
    tronSolidityHosts: firstGiven(solidityHosts, fullHosts, network && [network.solidityHost]),
    usdtTrc20: env.tronAddress("USDT_TRC20_ADDRESS") ?? network?.usdt,
    payoutMaxFee: SUN_PER_TRX * env.whole("PAYOUT_MAX_FEE_TRX", DEFAULT_MAX_FEE_TRX, MAX_FEE_TRX),
    payoutRouterV0: env.tronAddress("PAYOUT_ROUTER_V0_ADDRESS"),
    payoutRouterKyc: env.tronAddress("PAYOUT_ROUTER_KYC_ADDRESS"),
    payoutLedger: env.tronAddress("PAYOUT_LEDGER_ADDRESS"),
  };
}

function readChainId(env: Environment): bigint | undefined {
  const name = env.oneOf("TRON_NETWORK", ["", ...Object.keys(TRON_NETWORKS)], "");
  const known: TronNetwork | undefined = (TRON_NETWORKS as Record<string, TronNetwork>)[name];
  if (env.text("TRON_CHAIN_ID") === undefined) return known?.chainId;
  return env.whole("TRON_CHAIN_ID", 1n, MAX_CHAIN_ID);
}

/** A URL's path or credentials may be an API key. */
const isHttp = (url: string) => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);

const readHosts = (env: Environment, setting: string) =>
  env.list(setting, isHttp, "http:// or https:// URLs");

function firstGiven(...lists: readonly (readonly string[] | undefined)[]): readonly string[] {
  return lists.find((list) => list !== undefined && list.length > 0) ?? [];
}
