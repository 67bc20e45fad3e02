import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { SettingsError } from "../../offchain/config/errors.ts";
import type { Settings } from "../../offchain/config/settings.ts";
import { isMainnet, networkOf } from "../../offchain/config/tron-networks.ts";
import { machineClock } from "../../offchain/consensus/node/clock.ts";
import { DeploymentFile, type DeploymentRecord } from "../../offchain/payouts/deployment-record.ts";
import { firstBlock } from "../../offchain/payouts/reconcile/first-block.ts";
import { PayoutChain } from "../../offchain/payouts/service/payout-chain.ts";
import { TronSender } from "../../offchain/payouts/service/tron-sender.ts";
import type { KnownRouter, RowTerms } from "../../offchain/payouts/service/verify-row.ts";
import { TronClient } from "../../offchain/payouts/tron-client.ts";
import type { KeyName } from "../key-names.ts";
import { readWallet } from "../keys.ts";
import { readSigners, requireSetting } from "./options.ts";

/** TRON, as the settings name it. */
export interface TronContext {
  readonly settings: Settings;
  readonly chainId: bigint;
  readonly isMainnet: boolean;
  readonly tron: TronClient;
  readonly chain: PayoutChain;
  readonly file: DeploymentFile;
}

/** The same with the contracts, from the settings or else from what `payout deploy` recorded. */
export interface PayoutContext extends TronContext {
  /** base58check */
  readonly token: string;
  readonly ledger: string;
  readonly routers: readonly KnownRouter[];
  readonly terms: RowTerms;
}

/** @throws {SettingsError} SETTING_MISSING */
export function openTron(settings: Settings): TronContext {
  const purpose = "it says on which network payouts are made, unless TRON_NETWORK does";
  const chainId = requireSetting("TRON_CHAIN_ID", settings.tronChainId, purpose);
  const { tronFullHosts: fullHosts, tronSolidityHosts: solidityHosts } = settings;
  requireSetting("TRON_FULL_HOST", fullHosts[0], "it names the nodes of TRON");
  const isPublic = networkOf(chainId)?.isPublic === true;
  const tron = new TronClient({ fullHosts, solidityHosts, chainId, isPublic }, { clock: machineClock });
  const file = new DeploymentFile(settings.dataDir, chainId);
  return { settings, chainId, isMainnet: isMainnet(chainId), tron, chain: new PayoutChain(tron), file };
}

/** @throws {SettingsError} SETTING_MISSING */
export async function openPayouts(settings: Settings): Promise<PayoutContext> {
  const context = openTron(settings);
  const record = await context.file.read();
  const { ledger } = record?.contracts ?? {};
  const routers = knownRouters(settings, record);
  requireSetting("PAYOUT_ROUTER_KYC_ADDRESS", routers[0], "it pays the rows of a month's statement");
  return {
    ...context,
    routers,
    token: requireSetting(
      "USDT_TRC20_ADDRESS",
      knownToken(settings, record),
      "it is the token that is paid out",
    ),
    ledger: requireSetting(
      "PAYOUT_LEDGER_ADDRESS",
      settings.payoutLedger ?? ledger?.address,
      "it says of each payout whether it was paid",
    ),
    terms: { signers: readSigners(settings), chainId: context.chainId, routers },
  };
}

/** Of the settings, or else of what `payout deploy` recorded. */
export function knownToken(settings: Settings, record: DeploymentRecord | undefined): string | undefined {
  return settings.usdtTrc20 ?? record?.token ?? record?.contracts.token?.address;
}

/** Of the settings, or else of what `payout deploy` recorded. */
export function knownRouters(settings: Settings, record: DeploymentRecord | undefined): KnownRouter[] {
  const { v0, kyc } = record?.contracts ?? {};
  return [
    { kind: "v0", address: settings.payoutRouterV0 ?? v0?.address } as const,
    { kind: "kyc", address: settings.payoutRouterKyc ?? kyc?.address } as const,
  ].filter((router): router is KnownRouter => router.address !== undefined);
}

/**
 * The block of TRON before which nothing was paid: what is asked for, else the one in which `payout deploy` recorded the first router.
 *
 * @throws {SettingsError} ARGUMENT_INVALID where neither is known
 * @throws {TronError}
 */
export async function requireFirstBlock(
  argument: string,
  asked: number | undefined,
  { routers, file, tron }: Pick<PayoutContext, "routers" | "file" | "tron">,
): Promise<number> {
  const block = asked ?? (await firstBlock(routers, await file.read(), tron));
  if (block !== undefined) return block;
  const expected = `the block in which the routers were deployed, or an earlier one: ${file.path} does not have it`;
  throw new SettingsError({ code: "ARGUMENT_INVALID", argument, value: "", expected });
}

/** Who sends transactions that move no payout. @throws {SettingsError} KEY_MISSING, KEY_LOCKED, KEY_INVALID */
export async function openSender(
  hre: HardhatRuntimeEnvironment,
  key: KeyName,
  purpose: string,
  { settings, tron }: TronContext,
  signal: AbortSignal,
): Promise<TronSender> {
  const { privateKey } = await readWallet(hre, key, purpose);
  return new TronSender(
    { key: privateKey, maxFee: settings.payoutMaxFee },
    { tron, clock: machineClock, signal },
  );
}
