import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { SettingsError } from "../../offchain/config/errors.ts";
import { readSettings } from "../../offchain/config/settings.ts";
import { machineClock } from "../../offchain/consensus/node/clock.ts";
import { LatencyMetrics } from "../../offchain/monitoring/latency-metrics.ts";
import { newRegistry } from "../../offchain/monitoring/registry.ts";
import {
  BATCH_RESERVE,
  PayoutService,
  type PayoutServiceOptions,
  ROWS_PER_BATCH,
} from "../../offchain/payouts/payout-service.ts";
import type { PayoutEvent, PayoutSummary } from "../../offchain/payouts/service/payout-event.ts";
import { type PayoutPreview, previewRun } from "../../offchain/payouts/service/preview.ts";
import { formatTrx } from "../../offchain/payouts/tron/fees.ts";
import { addressOfKey } from "../../offchain/payouts/tron-client.ts";
import { formatUsdt } from "../../offchain/payouts/usdt.ts";
import { counted } from "../counted.ts";
import { readWallet } from "../keys.ts";
import { runTask, type Terminal } from "../run-task.ts";
import { openTaskStore } from "../store-context.ts";
import { isConfirmed, requireAnswerable } from "./confirm.ts";
import { startPayoutMonitor } from "./monitor.ts";
import { openPayouts, type PayoutContext } from "./tron.ts";

interface RunArguments {
  watch: boolean;
  retry: boolean;
  dryRun: boolean;
  yes: boolean;
  json: boolean;
}

export default async function run(args: RunArguments, hre: HardhatRuntimeEnvironment) {
  return await runTask(args, async (terminal, signal) => {
    const { privateKey: disburserKey } = await readWallet(hre, "TRON_DISBURSER_KEY", "it sends payments");
    const context = await openPayouts(readSettings(process.env));
    const { settings, tron, token, ledger, terms } = context;
    if (context.isMainnet && !args.dryRun) requireConfirmable(args);
    await tron.requireNetwork();
    const registry = newRegistry();
    const latency = new LatencyMetrics(registry);
    await using store = await openTaskStore(settings, { readOnly: args.dryRun, latency });
    const { payouts } = store;
    await using monitor = args.watch
      ? await startPayoutMonitor(settings, { registry, store, tron })
      : undefined;
    if (monitor?.url !== undefined)
      terminal.progress(`health and metrics: ${monitor.url}/readyz?verbose, /metrics`);
    const onEvent = (event: PayoutEvent) => {
      monitor?.onEvent(event);
      const text = textOf(event);
      if (text !== undefined) terminal.progress(text);
    };
    const options = { ...terms, token, ledger, disburserKey, maxFee: settings.payoutMaxFee, onEvent };
    let maxAmount: bigint | undefined;
    if (args.dryRun || (context.isMainnet && !args.yes)) {
      const preview = await previewOf(context, options, args.retry, payouts);
      printPreview(terminal, preview);
      if (args.dryRun) return { value: preview };
      maxAmount = preview.amount + preview.inFlightAmount;
      if (!(await isConfirmed(`Pay ${formatUsdt(maxAmount)} USDT on mainnet?`, signal))) {
        terminal.line("Nothing was sent.");
        return { value: preview, failed: true };
      }
    }
    const service = new PayoutService({ ...options, maxAmount }, { payouts, tron, clock: machineClock });
    if (args.retry) terminal.line(`${counted(await service.retryFailed(), "payout")} pending again`);
    if (args.watch) {
      await service.watch(signal, (summary) => printSummary(terminal, summary));
      return {};
    }
    const summary = await service.run(signal);
    printSummary(terminal, summary);
    const held = await payouts.countByStatus("held");
    if (held > summary.held)
      terminal.line(`${counted(held, "payout")} held in all (payout status lists them)`);
    return { value: summary, failed: summary.failed > 0 };
  });
}

/**
 * The total that is confirmed is what is paid, so nobody can confirm what becomes due later.
 *
 * @throws {SettingsError} ARGUMENT_INVALID
 */
function requireConfirmable(args: RunArguments): void {
  if (args.watch && !args.yes) {
    const expected = "left out on mainnet, unless --yes is given: nobody can confirm what becomes due later";
    throw new SettingsError({ code: "ARGUMENT_INVALID", argument: "--watch", value: "", expected });
  }
  requireAnswerable(args);
}

async function previewOf(
  { tron, chain, token, ledger, terms }: PayoutContext,
  { disburserKey }: Pick<PayoutServiceOptions, "disburserKey">,
  retry: boolean,
  payouts: Parameters<typeof previewRun>[1]["payouts"],
): Promise<PayoutPreview> {
  const options = {
    ...terms,
    token,
    ledger,
    disburser: addressOfKey(disburserKey),
    retry,
    rowsPerBatch: ROWS_PER_BATCH,
    reserve: BATCH_RESERVE,
  };
  return await previewRun(options, { payouts, tron, chain });
}

function printPreview(terminal: Terminal, preview: PayoutPreview): void {
  const { statements, payments, amount, transactions, fees, feeLimit, obstacles } = preview;
  const { left, leftAmount, held, failed, refused, unfit, inFlight, inFlightAmount } = preview;
  terminal.table(
    statements.map(({ router, root, payments: rows, amount: sum, left: others, isOpen, obstacle }) => ({
      router,
      root,
      payments: rows,
      USDT: formatUsdt(sum),
      left: others,
      open: isOpen ? "yes" : "no",
      obstacle: obstacle?.code ?? "",
    })),
  );
  terminal.line(
    `${counted(payments, "payment")}, ${formatUsdt(amount)} USDT; ${counted(transactions, "transaction")}, about ${formatTrx(fees)} TRX`,
  );
  if (transactions > 0) {
    terminal.line(
      `A transaction needs up to ${formatTrx(feeLimit)} TRX behind its fee limit; what is not used is not charged.`,
    );
  }
  if (left > 0)
    terminal.line(`Due, and not paid now: ${counted(left, "payment")}, ${formatUsdt(leftAmount)} USDT`);
  if (inFlight > 0) terminal.line(`${inFlight} in flight with ${formatUsdt(inFlightAmount)} USDT more`);
  if (held + failed + refused + unfit > 0) {
    terminal.line(
      `Not paid: ${held} held, ${failed} failed, ${refused} would be refused, ${unfit} left as they are (payout status lists them)`,
    );
  }
  const all = [...statements.flatMap(({ obstacle }) => obstacle ?? []), ...obstacles];
  for (const text of new Set(all.map(({ code, message }) => `${code}: ${message}`))) terminal.line(text);
}

function printSummary(terminal: Terminal, summary: PayoutSummary): void {
  const { confirmed, amount, transactions, fees, held, refused, failed, dead } = summary;
  terminal.line(
    `${counted(confirmed, "payout")} confirmed, ${formatUsdt(amount)} USDT; ${counted(transactions, "transaction")}, ${formatTrx(fees)} TRX burned`,
  );
  if (held + refused + failed + dead > 0) {
    terminal.line(
      `${held} held, ${refused} refused, ${failed} failed, ${counted(dead, "transaction")} expired`,
    );
  }
}

function textOf(event: PayoutEvent): string | undefined {
  switch (event.kind) {
    case "refused":
      return `${event.payoutId} is refused: ${event.reason}`;
    case "held":
      return `${event.payoutId} is held (${event.reason}): ${event.detail}`;
    case "freed":
      return `${event.payoutId} is pending again`;
    case "opening":
      return `opening the statement ${event.root} in ${event.txid}`;
    case "sent":
      return `${counted(event.rows, "payment")}, ${formatUsdt(event.amount)} USDT, in ${event.txid}: ${event.answer}`;
    case "resent":
      return `${event.txid} sent again: ${event.answer}`;
    case "again":
      return `${event.payoutId} was refused and is tried again: ${event.error}`;
    case "failed":
      return `${event.payoutId} failed: ${event.error}`;
    case "dead":
      return `${event.txid} expired; pending again: ${counted(event.rows, "payment")}`;
    case "confirmed":
    case "charged":
      return undefined;
  }
}
