import type { Environment } from "./environment.ts";

/** What a month is planned and signed for. Addresses are TRON's, in base58check. */
export interface PayoutSettings {
  /** Attestations that an epoch's root needs before its credits are paid. @default 1 */
  readonly checkpointQuorum: number;
  /** block.chainid of TRON; undefined where neither TRON_CHAIN_ID nor a known TRON_NETWORK is set. */
  readonly tronChainId: bigint | undefined;
  readonly payoutRouterV0: string | undefined;
  readonly payoutRouterKyc: string | undefined;
  readonly payoutLedger: string | undefined;
}

const DEFAULT_QUORUM = 1n;
/** More nodes than will ever be admitted. */
const MAX_QUORUM = 1_000_000n;
/** The low four bytes of each network's genesis id. */
const CHAIN_IDS: Readonly<Record<string, bigint>> = {
  mainnet: 0x2b6653dcn,
  shasta: 0x94a9059en,
  nile: 0xcd8690dcn,
};
const MAX_CHAIN_ID = 2n ** 32n - 1n;

/** @throws {SettingsError} SETTING_INVALID */
export function readPayoutSettings(env: Environment): PayoutSettings {
  const ofNetwork = CHAIN_IDS[env.text("TRON_NETWORK") ?? ""];
  const own =
    env.text("TRON_CHAIN_ID") === undefined ? undefined : env.whole("TRON_CHAIN_ID", 1n, MAX_CHAIN_ID);
  return {
    checkpointQuorum: Number(env.whole("LUCID_CHECKPOINT_QUORUM", DEFAULT_QUORUM, MAX_QUORUM)),
    tronChainId: own ?? ofNetwork,
    payoutRouterV0: env.tronAddress("PAYOUT_ROUTER_V0_ADDRESS"),
    payoutRouterKyc: env.tronAddress("PAYOUT_ROUTER_KYC_ADDRESS"),
    payoutLedger: env.tronAddress("PAYOUT_LEDGER_ADDRESS"),
  };
}
