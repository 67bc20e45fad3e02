import type { Registry } from "prom-client";
import type { Settings } from "../../offchain/config/settings.ts";
import { createLogger } from "../../offchain/logger.ts";
import { MonitorServer } from "../../offchain/monitoring/monitor-server.ts";
import type { ReadinessCheck } from "../../offchain/monitoring/readiness.ts";
import { PayoutMetrics } from "../../offchain/payouts/monitoring/payout-metrics.ts";
import type { PayoutEvent } from "../../offchain/payouts/service/payout-event.ts";
import type { TronClient } from "../../offchain/payouts/tron-client.ts";
import type { Store } from "../../offchain/store/store.ts";

export interface PayoutMonitorModules {
  readonly registry: Registry;
  readonly store: Store;
  readonly tron: TronClient;
}

/** Health and metrics of the payout service; closed with the server. */
export interface PayoutMonitor extends AsyncDisposable {
  readonly onEvent: (event: PayoutEvent) => void;
  /** Where it listens; undefined where LUCID_PAYOUT_MONITOR is `off`. */
  readonly url: string | undefined;
}

/** @throws {MonitoringError} MONITOR_ADDRESS_UNUSABLE */
export async function startPayoutMonitor(
  { payoutMonitor: address, logLevel }: Settings,
  { registry, store, tron }: PayoutMonitorModules,
): Promise<PayoutMonitor> {
  const { onEvent } = new PayoutMetrics({ registry, payouts: store.payouts, now: () => store.now() });
  const checks: readonly ReadinessCheck[] = [
    { name: "store", reason: async () => void (await store.now()) },
    { name: "tron", reason: async () => void (await tron.head()) },
  ];
  const server =
    address &&
    (await MonitorServer.start(
      { address, setting: "LUCID_PAYOUT_MONITOR" },
      { checks, registry, logger: createLogger(logLevel) },
    ));
  return {
    onEvent,
    url: server?.url,
    [Symbol.asyncDispose]: async () => await server?.close(),
  };
}
