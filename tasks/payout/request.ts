import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { SettingsError } from "../../offchain/config/errors.ts";
import { parseTronArgument } from "../../offchain/config/parse-tron-argument.ts";
import { readSettings, type Settings } from "../../offchain/config/settings.ts";
import { TRON_NETWORKS } from "../../offchain/config/tron-networks.ts";
import {
  approveRequest,
  makeRequest,
  type PayoutRequest,
  RequestFolder,
  type RequestTerms,
  requestReference,
  requestRow,
  requireUsable,
} from "../../offchain/payouts/payout-request.ts";
import { PayoutServiceError } from "../../offchain/payouts/service/errors.ts";
import { formatUsdt } from "../../offchain/payouts/usdt.ts";
import { readWallet } from "../keys.ts";
import { runTask } from "../run-task.ts";
import { openTaskStore } from "../store-context.ts";
import { isConfirmed, requireAnswerable } from "./confirm.ts";
import { readSigners, readUsdt, requireSetting } from "./options.ts";
import { openTron } from "./tron.ts";

interface RequestArguments {
  reference: string;
  to: string;
  amount: string;
  reason: string;
  approve: boolean;
  yes: boolean;
  json: boolean;
}

export default async function request(args: RequestArguments, hre: HardhatRuntimeEnvironment) {
  return await runTask(args, async (terminal, signal) => {
    const settings = readSettings(process.env);
    const signers = readSigners(settings);
    const folder = new RequestFolder(settings.dataDir);
    const reference = readReference(args.reference);
    const { router, chainId } = await readTerms(settings);
    if (!args.approve) {
      const asked = { ...readPayment(args), reference, router, chainId: chainId.toString() };
      const wallet = await readWallet(hre, "LUCID_PLANNER_KEY", "it signs the request");
      const made = await makeRequest(asked, wallet, signers, folder);
      terminal.line(`Signed in ${folder.fileOf(reference)}; the approver needs it.`);
      return { value: summaryOf(made, folder, false) };
    }
    requireAnswerable(args);
    const stored = await folder.read(reference);
    if (stored === undefined) {
      const reason = `there is no file ${folder.fileOf(reference)}; copy it from the planner`;
      throw new PayoutServiceError({ code: "REQUEST_UNUSABLE", reference, reason });
    }
    const wallet = await readWallet(hre, "LUCID_APPROVER_KEY", "it approves the request");
    requireUsable(stored, { signers, router, chainId });
    const { to, amount, reason } = stored;
    terminal.line(`Request ${reference}: ${formatUsdt(BigInt(amount))} USDT to ${to}: ${reason}`);
    terminal.line(`Paid by the router ${router} on ${networkName(chainId)} (chain id ${chainId}).`);
    if (!args.yes && !(await isConfirmed("Sign it and enter its payout?", signal))) {
      terminal.line("Nothing was signed.");
      return { value: summaryOf(stored, folder, false), failed: true };
    }
    await using store = await openTaskStore(settings, {});
    const entered = await approveRequest(
      stored,
      wallet,
      { signers, router, chainId },
      { folder, payouts: store.payouts },
    );
    terminal.line(entered ? "Approved, and entered as pending." : "It was approved and entered before.");
    return { value: summaryOf(stored, folder, true) };
  });
}

/** @throws {SettingsError} ARGUMENT_INVALID */
function readReference(value: string): string {
  const reference = requestReference(value);
  if (reference !== undefined) return reference;
  const expected = "a text of its own for each request, in characters that can be seen and plain spaces";
  throw invalid("--reference", value, expected);
}

/** @throws {SettingsError} ARGUMENT_INVALID */
function readPayment({ reason, to, amount }: RequestArguments) {
  if (reason === "") throw invalid("--reason", "", "what it is paid for");
  return { reason, to: parseTronArgument("--to", to), amount: readUsdt("--amount", amount).toString() };
}

/** @throws {SettingsError} SETTING_MISSING */
async function readTerms(settings: Settings): Promise<Omit<RequestTerms, "signers">> {
  const { chainId, file } = openTron(settings);
  const recorded = (await file.read())?.contracts.v0?.address;
  const purpose = "it pays requests";
  return {
    router: requireSetting("PAYOUT_ROUTER_V0_ADDRESS", settings.payoutRouterV0 ?? recorded, purpose),
    chainId,
  };
}

function summaryOf(request: PayoutRequest, folder: RequestFolder, approved: boolean) {
  const { _id: payoutId, plan_root: root, plan_period: period } = requestRow(request);
  const { reference, reason, to, amount, router, chainId } = request;
  const file = folder.fileOf(reference);
  return { reference, payoutId, reason, to, amount, router, chainId, root, period, file, approved };
}

/** As TRON_NETWORK has it. */
function networkName(chainId: bigint): string {
  const [name = "a private network"] =
    Object.entries(TRON_NETWORKS).find(([, network]) => network.chainId === chainId) ?? [];
  return name;
}

const invalid = (argument: string, value: string, expected: string) =>
  new SettingsError({ code: "ARGUMENT_INVALID", argument, value, expected });
