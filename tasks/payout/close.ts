import { ZeroHash } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { SettingsError } from "../../offchain/config/errors.ts";
import { readSettings } from "../../offchain/config/settings.ts";
import {
  approveClosing,
  ClosingFolder,
  closeCall,
  makeClosing,
  type OpenStatement,
  requireClosing,
  type StatementClosing,
} from "../../offchain/payouts/closing.ts";
import { requestPayoutId, requestPeriod } from "../../offchain/payouts/payout-id.ts";
import { requestReference } from "../../offchain/payouts/payout-request.ts";
import { refuseClosed } from "../../offchain/payouts/refuse-closed.ts";
import { PayoutServiceError } from "../../offchain/payouts/service/errors.ts";
import type { StatementOnChain } from "../../offchain/payouts/service/payout-chain.ts";
import { requireSigner } from "../../offchain/payouts/signers.ts";
import { formatTrx } from "../../offchain/payouts/tron/fees.ts";
import { formatUsdt } from "../../offchain/payouts/usdt.ts";
import { counted } from "../counted.ts";
import { readWallet } from "../keys.ts";
import { runTask, type Terminal } from "../run-task.ts";
import { openTaskStore } from "../store-context.ts";
import { isConfirmed, requireAnswerable } from "./confirm.ts";
import { readMonth, requireSetting } from "./options.ts";
import { openPayouts, openSender, type PayoutContext } from "./tron.ts";

interface CloseArguments {
  month: string;
  reference: string;
  approve: boolean;
  send: boolean;
  dryRun: boolean;
  yes: boolean;
  json: boolean;
}

/** Whose statement is closed: a month's at the router with KYC, or a request's at the other one. */
interface Closed {
  readonly name: string;
  readonly period: bigint;
  readonly kind: "v0" | "kyc";
}

export default async function close(args: CloseArguments, hre: HardhatRuntimeEnvironment) {
  return await runTask(args, async (terminal, signal) => {
    const closed = readClosed(args);
    if (args.approve && args.send) throw invalid("--approve", "given with --send", "one of the two");
    if (args.dryRun && !args.send) throw invalid("--dry-run", "given without --send", "given with it");
    if (args.approve) requireAnswerable(args);
    const context = await openPayouts(readSettings(process.env));
    const folder = new ClosingFolder(context.settings.dataDir);
    const { signers } = context.terms;
    if (args.send) return await send(closed, folder, context, { args, hre, terminal, signal });
    const role = args.approve ? "approver" : "planner";
    const wallet = args.approve
      ? await readWallet(hre, "LUCID_APPROVER_KEY", "it approves the closing")
      : await readWallet(hre, "LUCID_PLANNER_KEY", "it signs the closing");
    requireSigner(role, wallet.address, signers);
    const stored = args.approve ? await folder.require(closed.period) : undefined;
    await context.tron.requireNetwork();
    const open = await openStatement(closed, context);
    if (stored !== undefined) requireClosing(stored, open, ["planner"], signers);
    const state = await context.chain.statementOf(open.router, open.root, "head");
    const value = summaryOf(closed, open, state, folder);
    printStatement(terminal, closed, open, state);
    if (stored === undefined) {
      const { approver } = await makeClosing(open, wallet, signers, folder);
      terminal.line(`Signed in ${folder.fileOf(closed.period)}; the approver needs it.`);
      return { value: { ...value, approved: approver !== undefined, closed: "no", refused: 0 } };
    }
    if (!args.yes && !(await isConfirmed("Sign that it is closed for good?", signal))) {
      terminal.line("Nothing was signed.");
      return { value: { ...value, approved: false, closed: "no", refused: 0 }, failed: true };
    }
    await approveClosing(stored, open, wallet, signers, folder);
    terminal.line("Approved; payout close --send closes it.");
    return { value: { ...value, approved: true, closed: "no", refused: 0 } };
  });
}

interface Sending {
  readonly args: CloseArguments;
  readonly hre: HardhatRuntimeEnvironment;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** Closes it where it is open, and refuses its payouts: repeated, it does what is left. */
async function send(
  closed: Closed,
  folder: ClosingFolder,
  context: PayoutContext,
  { args, hre, terminal, signal }: Sending,
) {
  const { tron, chain, chainId, settings, ledger, terms } = context;
  const closing: StatementClosing = await folder.require(closed.period);
  const router = routerOf(closed, context);
  const open: OpenStatement = { ...closed, root: closing.root, router, chainId };
  requireClosing(closing, open, ["planner", "approver"], terms.signers);
  await tron.requireNetwork();
  const state = await chain.statementOf(router, open.root, "solid");
  const value = { ...summaryOf(closed, open, state, folder), approved: true };
  if (state.state === "closed") terminal.line(`The statement ${open.root} is closed already.`);
  let sent: { txid?: string | undefined; fees?: bigint } = {};
  if (state.state !== "closed") {
    const sender = await openSender(hre, "TRON_DISBURSER_KEY", "it sends the closing", context, signal);
    const call = closeCall(closing, open);
    if (args.dryRun) {
      const { expected: fees } = await sender.feesOf(call);
      terminal.line(`Closing ${open.root} would cost about ${formatTrx(fees)} TRX.`);
      return { value: { ...value, closed: "no", refused: 0, fees } };
    }
    terminal.progress(`closing the statement ${open.root}…`);
    const [info] = await sender.sendAll([call]);
    sent = { txid: info?.txid, fees: info?.fee ?? 0n };
    terminal.line(`The statement ${open.root} is closed, for ${formatTrx(info?.fee ?? 0n)} TRX.`);
  }
  if (args.dryRun) return { value: { ...value, closed: "before", refused: 0 } };
  await using store = await openTaskStore(settings, {});
  const statement = { router: router.address, root: open.root, ledger };
  const refused = await refuseClosed(statement, { payouts: store.payouts, chain });
  terminal.line(`Refused, as it can no longer be paid: ${counted(refused, "payout")}.`);
  return { value: { ...value, closed: state.state === "closed" ? "before" : "now", refused, ...sent } };
}

/** @throws {PayoutServiceError} STATEMENT_NOT_OPEN */
async function openStatement(closed: Closed, context: PayoutContext): Promise<OpenStatement> {
  const router = routerOf(closed, context);
  const root = await context.chain.openRoot(router, closed.period);
  if (root !== ZeroHash) return { period: closed.period, root, router, chainId: context.chainId };
  const { name, period } = closed;
  throw new PayoutServiceError({ code: "STATEMENT_NOT_OPEN", router: router.address, of: name, period });
}

/** @throws {SettingsError} SETTING_MISSING */
function routerOf({ kind }: Closed, { routers }: PayoutContext) {
  const setting = kind === "v0" ? "PAYOUT_ROUTER_V0_ADDRESS" : "PAYOUT_ROUTER_KYC_ADDRESS";
  const router = routers.find((one) => one.kind === kind);
  return requireSetting(setting, router, "the statement is open there");
}

function printStatement(
  terminal: Terminal,
  { name }: Closed,
  { root, router }: OpenStatement,
  { total, paid }: StatementOnChain,
): void {
  terminal.line(`Statement of ${name} at ${router.address}:`);
  terminal.line(`  root ${root}`);
  terminal.line(`  ${formatUsdt(total)} USDT, of which ${formatUsdt(paid)} are paid`);
  terminal.line(`Once it is closed, the other ${formatUsdt(total - paid)} USDT can never be paid by it.`);
}

function summaryOf(
  { name, kind }: Closed,
  { root, router, period, chainId }: OpenStatement,
  { total, paid }: StatementOnChain,
  folder: ClosingFolder,
) {
  const named = kind === "kyc" ? { month: name } : { reference: name };
  return {
    ...named,
    router: router.address,
    chainId,
    period,
    root,
    total,
    paid,
    file: folder.fileOf(period),
  };
}

/** @throws {SettingsError} ARGUMENT_INVALID */
function readClosed({ month: name, reference: text }: CloseArguments): Closed {
  if (text === "") {
    const month = readMonth(name);
    return { name: month.name, period: month.period, kind: "kyc" };
  }
  if (name !== "") throw invalid("--month", name, "left out, where --reference is given");
  const reference = requestReference(text);
  if (reference === undefined) throw invalid("--reference", text, "the reference of a request");
  return { name: reference, period: requestPeriod(requestPayoutId(reference)), kind: "v0" };
}

const invalid = (argument: string, value: string, expected: string) =>
  new SettingsError({ code: "ARGUMENT_INVALID", argument, value, expected });
