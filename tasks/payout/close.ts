import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { SettingsError } from "../../offchain/config/errors.ts";
import { readSettings } from "../../offchain/config/settings.ts";
import {
  approveClosing,
  ClosingFolder,
  makeClosing,
  requireClosing,
} from "../../offchain/payouts/closing.ts";
import { requestPayoutId, requestPeriod } from "../../offchain/payouts/payout-id.ts";
import { requestReference } from "../../offchain/payouts/payout-request.ts";
import { previewClosing, sendClosing } from "../../offchain/payouts/send-closing.ts";
import { requireSigner } from "../../offchain/payouts/signers.ts";
import {
  requireOpenStatement,
  type StatementAtRouter,
  type StatementToClose,
} from "../../offchain/payouts/statement-to-close.ts";
import { formatTrx } from "../../offchain/payouts/tron/fees.ts";
import { counted } from "../counted.ts";
import { readWallet } from "../keys.ts";
import { runTask, type Terminal } from "../run-task.ts";
import { openTaskStore } from "../store-context.ts";
import { isConfirmed, requireAnswerable } from "./confirm.ts";
import { readMonth, requireSetting } from "./options.ts";
import { closingSummary, printStatementToClose } from "./print-closing.ts";
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

/** Where a step of closing takes place. */
interface Step {
  readonly args: CloseArguments;
  readonly hre: HardhatRuntimeEnvironment;
  readonly context: PayoutContext;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

export default async function close(args: CloseArguments, hre: HardhatRuntimeEnvironment) {
  return await runTask(args, async (terminal, signal) => {
    const named = readName(args);
    if (args.approve && args.send) throw invalid("--approve", "given with --send", "one of the two");
    if (args.dryRun && !args.send) throw invalid("--dry-run", "given without --send", "given with it");
    if (args.approve) requireAnswerable(args);
    const context = await openPayouts(readSettings(process.env));
    const { name, period, kind } = named;
    const target = { name, period, router: routerOf(kind, context), chainId: context.chainId };
    const step = { args, hre, context, terminal, signal };
    if (args.send) return await send(target, step);
    return args.approve ? await approve(target, step) : await plan(target, step);
  });
}

async function plan(target: StatementToClose, { hre, context, terminal }: Step) {
  const { tron, chain, terms, settings } = context;
  const folder = new ClosingFolder(settings.dataDir);
  const wallet = await readWallet(hre, "LUCID_PLANNER_KEY", "it signs the closing");
  requireSigner("planner", wallet.address, terms.signers);
  await tron.requireNetwork();
  const found = await requireOpenStatement(target, chain);
  printStatementToClose(terminal, target, found);
  const { approver } = await makeClosing(found.statement, wallet, terms.signers, folder);
  const file = folder.fileOf(target.period);
  terminal.line(`Signed in ${file}; the approver needs it.`);
  const approved = approver !== undefined;
  return { value: { ...closingSummary(target, found, file), approved, closed: "no", refused: 0 } };
}

async function approve(target: StatementToClose, { args, hre, context, terminal, signal }: Step) {
  const { tron, chain, terms, settings } = context;
  const { signers } = terms;
  const folder = new ClosingFolder(settings.dataDir);
  const wallet = await readWallet(hre, "LUCID_APPROVER_KEY", "it approves the closing");
  requireSigner("approver", wallet.address, signers);
  const closing = await folder.require(target.period);
  await tron.requireNetwork();
  const found = await requireOpenStatement(target, chain);
  requireClosing(closing, found.statement, ["planner"], signers);
  printStatementToClose(terminal, target, found);
  const value = { ...closingSummary(target, found, folder.fileOf(target.period)), closed: "no", refused: 0 };
  if (!args.yes && !(await isConfirmed("Sign that it is closed for good?", signal))) {
    terminal.line("Nothing was signed.");
    return { value: { ...value, approved: false }, failed: true };
  }
  await approveClosing(closing, found.statement, wallet, signers, folder);
  terminal.line("Approved; payout close --send closes it.");
  return { value: { ...value, approved: true } };
}

async function send(target: StatementToClose, { args, hre, context, terminal, signal }: Step) {
  const { tron, chain, settings, ledger, terms } = context;
  const folder = new ClosingFolder(settings.dataDir);
  const openDisburser = () => openSender(hre, "TRON_DISBURSER_KEY", "it sends the closing", context, signal);
  const modules = { folder, tron, chain, openSender: openDisburser };
  const summary = (found: StatementAtRouter) => ({
    ...closingSummary(target, found, folder.fileOf(target.period)),
    approved: true,
  });
  if (args.dryRun) {
    const { fees, ...found } = await previewClosing(target, terms, modules);
    const { root } = found.statement;
    terminal.line(
      fees === undefined
        ? `The statement ${root} is closed already.`
        : `Closing ${root} would cost about ${formatTrx(fees)} TRX.`,
    );
    return { value: { ...summary(found), closed: fees === undefined ? "before" : "no", refused: 0, fees } };
  }
  await using store = await openTaskStore(settings, {});
  const onSending = (root: string) => terminal.progress(`closing the statement ${root}…`);
  const { sent, closed, refused, ...found } = await sendClosing(
    target,
    { signers: terms.signers, ledger },
    { ...modules, payouts: store.payouts, onSending },
  );
  const { root } = found.statement;
  terminal.line(
    sent === undefined
      ? `The statement ${root} is closed already.`
      : `The statement ${root} is closed, for ${formatTrx(sent.fees)} TRX.`,
  );
  terminal.line(`Refused, as it can no longer be paid: ${counted(refused, "payout")}.`);
  return { value: { ...summary(found), closed, refused, ...sent } };
}

/** @throws {SettingsError} SETTING_MISSING */
function routerOf(kind: "v0" | "kyc", { routers }: PayoutContext) {
  const setting = kind === "v0" ? "PAYOUT_ROUTER_V0_ADDRESS" : "PAYOUT_ROUTER_KYC_ADDRESS";
  const router = routers.find((one) => one.kind === kind);
  return requireSetting(setting, router, "the statement is open there");
}

/** @throws {SettingsError} ARGUMENT_INVALID */
function readName({ month: name, reference: text }: CloseArguments) {
  if (text === "") return { ...readMonth(name), kind: "kyc" } as const;
  if (name !== "") throw invalid("--month", name, "left out, where --reference is given");
  const reference = requestReference(text);
  if (reference === undefined) throw invalid("--reference", text, "the reference of a request");
  return { name: reference, period: requestPeriod(requestPayoutId(reference)), kind: "v0" } as const;
}

const invalid = (argument: string, value: string, expected: string) =>
  new SettingsError({ code: "ARGUMENT_INVALID", argument, value, expected });
