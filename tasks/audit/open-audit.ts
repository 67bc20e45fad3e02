import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { AuditModules } from "../../offchain/audit/audit.ts";
import { SolidPayments } from "../../offchain/audit/solid-payments.ts";
import type { TronView } from "../../offchain/audit/tron-view.ts";
import type { Settings } from "../../offchain/config/settings.ts";
import { machineClock } from "../../offchain/consensus/node/clock.ts";
import { connectNode } from "../../offchain/consensus/node/connect-node.ts";
import { NodeRegistry } from "../../offchain/consensus/node/node-registry.ts";
import type { ChainView } from "../../offchain/consensus/node/open-chain-view.ts";
import { readRecordedEpoch } from "../../offchain/consensus/node/recorded-epoch.ts";
import { slotAt } from "../../offchain/consensus/slot-time.ts";
import { createLogger } from "../../offchain/logger.ts";
import type { RowTerms } from "../../offchain/payouts/service/verify-row.ts";
import { StatementFolder } from "../../offchain/payouts/statement-folder.ts";
import { ROUTER_NAMES } from "../../offchain/payouts/typed-data.ts";
import { openStore } from "../../offchain/store/open-store.ts";
import { eachPage } from "../../offchain/store/repositories/repository.ts";
import type { Store } from "../../offchain/store/store.ts";
import { openChain } from "../context.ts";
import { readSigners } from "../payout/options.ts";
import { planDeployment } from "../payout/planning.ts";
import { knownRouters, knownToken, openTron, requireFirstBlock } from "../payout/tron.ts";

export interface AuditContext extends AsyncDisposable {
  readonly settings: Settings;
  readonly modules: AuditModules;
}

export interface AuditOpening {
  /** Of TRON; undefined for that of the deployment. */
  readonly firstBlock: number | undefined;
  readonly signal: AbortSignal;
}

/** Opens the store for reading, and the chains; what is read from the EVM chain goes into a store in memory. */
export async function openAudit(
  hre: HardhatRuntimeEnvironment,
  options: AuditOpening,
): Promise<AuditContext> {
  const { signal } = options;
  await using opening = new AsyncDisposableStack();
  const context = opening.use(await openChain(hre, { readOnly: true, signal }));
  const scratch = opening.use(await openStore({ setting: "memory:" }));
  const { settings, store } = context;
  // Another deployment, or other confirmations, than the store's are refused as a node refuses them.
  for await (const page of eachPage((request) => store.deploymentParameters.allById(request))) {
    await scratch.deploymentParameters.restore(page);
  }
  const logger = createLogger(settings.logLevel);
  const node = await connectNode(settings, { ...context, store: scratch, clock: machineClock, logger });
  opening.use(node.verifier);
  const { chain, anchors, verifier } = node;
  const registry = new NodeRegistry({ store, domain: chain.domain, logger });
  const modules: AuditModules = {
    store,
    chain,
    registry,
    verifier,
    anchors,
    chunkStore: await context.chunkStore(),
    dataDir: settings.dataDir,
    statements: statementsOf(settings, { store, chain, registry }),
    tron: await paymentsOf(settings, options),
  };
  const opened = opening.move();
  return { settings, modules, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/** Statements are computed for one router on one chain of TRON: without these settings they cannot be. */
function statementsOf(
  settings: Settings,
  {
    store,
    chain,
    registry,
  }: { readonly store: Store; readonly chain: ChainView; readonly registry: NodeRegistry },
): AuditModules["statements"] {
  const { tronChainId, payoutRouterKyc, dataDir } = settings;
  if (tronChainId === undefined || payoutRouterKyc === undefined) return undefined;
  return {
    plan: {
      store,
      folder: new StatementFolder(dataDir),
      readEpoch: (epoch) => readRecordedEpoch(epoch, { store, chain, registry }),
      slotAt,
      payoutAddressesAt: async (slot) => (await registry.registrationsAt(slot)).payouts,
    },
    deploymentOf: (month) => planDeployment(month, { settings, firstSlot: chain.firstSlot }),
    terms: termsOf(settings, tronChainId),
  };
}

function termsOf(settings: Settings, chainId: bigint): RowTerms | undefined {
  const { LUCID_PLANNER_ADDRESS: planner, LUCID_APPROVER_ADDRESS: approver } = settings.addresses;
  if (planner === undefined || approver === undefined) return undefined;
  return { signers: readSigners(settings), chainId, routers: knownRouters(settings, undefined) };
}

/**
 * Payments as TRON's solidified blocks show them. Nothing is asked of TRON yet.
 *
 * @param firstBlock the first that is read; that in which `payout deploy` recorded the first router where it is not given
 * @returns undefined where the network, the token, one of the routers or the block of their deployment is not known
 */
async function paymentsOf(
  settings: Settings,
  { firstBlock, signal }: AuditOpening,
): Promise<TronView | undefined> {
  if (settings.tronChainId === undefined || settings.tronFullHosts.length === 0) return undefined;
  const { tron, chain, file } = openTron(settings);
  const record = await file.read();
  const routers = knownRouters(settings, record);
  const token = knownToken(settings, record);
  // What a router pays that is not known would be taken for a transfer that nothing explains.
  if (token === undefined || routers.length < Object.keys(ROUTER_NAMES).length) return undefined;
  const isRecorded = routers.every(({ kind, address }) => record?.contracts[kind]?.address === address);
  if (firstBlock === undefined && !isRecorded) return undefined;
  const options = {
    ...{ routers, token },
    firstBlock: async () => {
      await tron.requireNetwork();
      return await requireFirstBlock("--tron-from-block", firstBlock, { tron, file, routers });
    },
  };
  return new SolidPayments(options, { tron, chain, signal });
}
