import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { Settings } from "../../offchain/config/settings.ts";
import { machineClock } from "../../offchain/consensus/node/clock.ts";
import { connectNode } from "../../offchain/consensus/node/connect-node.ts";
import { NodeRegistry } from "../../offchain/consensus/node/node-registry.ts";
import { type RecordedEpoch, readRecordedEpoch } from "../../offchain/consensus/node/recorded-epoch.ts";
import { epochOf, slotAt } from "../../offchain/consensus/slot-time.ts";
import type { LucidCheckpointsClient } from "../../offchain/contracts/lucid-checkpoints/client.ts";
import { createLogger } from "../../offchain/logger.ts";
import { dueToVoid } from "../../offchain/payouts/held-shares.ts";
import type { Month } from "../../offchain/payouts/month.ts";
import type { PlanDeployment, PlanModules } from "../../offchain/payouts/plan-month.ts";
import { requireSigners, type Signers } from "../../offchain/payouts/signers.ts";
import { StatementFolder } from "../../offchain/payouts/statement-folder.ts";
import type { VoidRequest } from "../../offchain/payouts/statement-signatures.ts";
import type { Store } from "../../offchain/store/store.ts";
import { decodeTronAddress } from "../../offchain/tron-address.ts";
import { openChain } from "../context.ts";
import type { Terminal } from "../run-task.ts";
import { readSigners, requireSetting } from "./options.ts";

/** What planning, approving and explaining a month work with. */
export interface PlanningContext extends AsyncDisposable {
  readonly settings: Settings;
  readonly store: Store;
  readonly folder: StatementFolder;
  readonly modules: PlanModules;
  readonly checkpoints: LucidCheckpointsClient;
  readonly firstSlot: number;
  readonly signers: Signers;
  readEpoch(epoch: number): Promise<RecordedEpoch>;
  /** @throws {PayoutError} SIGNERS_EQUAL, SIGNER_IS_NODE */
  requireSigners(): Promise<void>;
}

/** What is there of a planning context before a chain is asked: settings, store, statements and who signs them. */
export type OfflinePlanningContext = Pick<PlanningContext, "settings" | "store" | "folder" | "signers">;

/**
 * Opens store and chain.
 *
 * @param beforeChain what needs no chain, so that its errors are reported before a node is needed
 */
export async function openPlanning(
  hre: HardhatRuntimeEnvironment,
  terminal: Terminal,
  signal: AbortSignal,
  beforeChain?: (offline: OfflinePlanningContext) => Promise<void>,
): Promise<PlanningContext> {
  const context = await openChain(hre, {
    signal,
    beforeChain: async ({ settings, store }) => {
      const [folder, signers] = [new StatementFolder(settings.dataDir), readSigners(settings)];
      await beforeChain?.({ settings, store, folder, signers });
    },
  });
  try {
    const { settings, store } = context;
    const signers = readSigners(settings);
    const logger = createLogger(settings.logLevel);
    const node = await connectNode(settings, { ...context, clock: machineClock, logger });
    const { chain, checkpoints } = node;
    const registry = new NodeRegistry({ store, domain: chain.domain, logger });
    const folder = new StatementFolder(settings.dataDir);
    const readEpoch = async (epoch: number) => {
      signal.throwIfAborted();
      terminal.tick(`reading epoch ${epoch}…`);
      return await readRecordedEpoch(epoch, { store, chain, registry });
    };
    const payoutAddressesAt = async (slot: number) => (await registry.registrationsAt(slot)).payouts;
    return {
      settings,
      store,
      folder,
      modules: { store, folder, readEpoch, slotAt, payoutAddressesAt },
      checkpoints,
      firstSlot: chain.firstSlot,
      signers,
      readEpoch,
      requireSigners: async () => {
        const { inForce, payouts } = await registry.registrationsAt(slotAt(await store.now()));
        requireSigners(signers, (address) => inForce.has(address) || payouts.has(address));
      },
      [Symbol.asyncDispose]: async () => {
        await node.verifier.close();
        await context[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await context[Symbol.asyncDispose]();
    throw error;
  }
}

/**
 * The deployment that a month is planned for.
 *
 * @throws {SettingsError} SETTING_MISSING
 */
export function planDeployment(
  { startsAt, endsAt }: Month,
  { settings, firstSlot }: Pick<PlanningContext, "settings" | "firstSlot">,
): PlanDeployment {
  const first = Math.max(epochOf(slotAt(startsAt)), epochOf(firstSlot));
  const epochs = { first, last: epochOf(slotAt(endsAt)) - 1 };
  return { epochs, quorum: settings.checkpointQuorum, ...payingTerms(settings) };
}

/**
 * Where a month is paid.
 *
 * @throws {SettingsError} SETTING_MISSING
 */
export function payingTerms(settings: Settings): Pick<PlanDeployment, "chainId" | "router"> {
  return {
    chainId: requireSetting(
      "TRON_CHAIN_ID",
      settings.tronChainId,
      "it is part of what is signed, unless TRON_NETWORK is mainnet, shasta or nile",
    ),
    router: decodeTronAddress(
      requireSetting(
        "PAYOUT_ROUTER_KYC_ADDRESS",
        settings.payoutRouterKyc,
        "it pays the rows of a month's statement",
      ),
    ),
  };
}

/** Held shares to be voided when a month is planned; undefined where there are none. @throws {SettingsError} SETTING_MISSING */
export async function voidRequest(
  month: Month,
  { settings, store }: Pick<PlanningContext, "settings" | "store">,
): Promise<VoidRequest | undefined> {
  const payoutIds = await dueToVoid(month, store.payouts);
  if (payoutIds.length === 0) return undefined;
  const purpose = "it voids the payouts that have been held for three months";
  return { ledger: requireSetting("PAYOUT_LEDGER_ADDRESS", settings.payoutLedger, purpose), payoutIds };
}
