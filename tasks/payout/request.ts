import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { SettingsError } from "../../offchain/config/errors.ts";
import { parseTronArgument } from "../../offchain/config/parse-tron-argument.ts";
import { readSettings, type Settings } from "../../offchain/config/settings.ts";
import {
  approveRequest,
  makeRequest,
  type PayoutRequest,
  RequestFolder,
  requestRow,
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
    const { reference } = args;
    if (reference === "") throw invalid("--reference", "", "a text of its own for each request");
    if (!args.approve) {
      const asked = await readRequest(args, settings);
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
    const { to, amount, reason } = stored;
    terminal.line(`${formatUsdt(BigInt(amount))} USDT to ${to}: ${reason}`);
    if (!args.yes && !(await isConfirmed("Sign it and enter its payout?", signal))) {
      terminal.line("Nothing was signed.");
      return { value: summaryOf(stored, folder, false), failed: true };
    }
    await using store = await openTaskStore(settings, {});
    const entered = await approveRequest(stored, wallet, signers, { folder, payouts: store.payouts });
    terminal.line(entered ? "Approved, and entered as pending." : "It was approved and entered before.");
    return { value: summaryOf(stored, folder, true) };
  });
}

async function readRequest(args: RequestArguments, settings: Settings): Promise<PayoutRequest> {
  const { reference, reason } = args;
  if (reason === "") throw invalid("--reason", "", "what it is paid for");
  const { chainId, file } = openTron(settings);
  const recorded = (await file.read())?.contracts.v0?.address;
  const purpose = "it pays requests";
  return {
    ...{ reference, reason },
    to: parseTronArgument("--to", args.to),
    amount: readUsdt("--amount", args.amount).toString(),
    router: requireSetting("PAYOUT_ROUTER_V0_ADDRESS", settings.payoutRouterV0 ?? recorded, purpose),
    chainId: chainId.toString(),
  };
}

function summaryOf(request: PayoutRequest, folder: RequestFolder, approved: boolean) {
  const { _id: payoutId, plan_root: root, plan_period: period } = requestRow(request);
  const { reference, reason, to, amount, router } = request;
  const file = folder.fileOf(reference);
  return { reference, payoutId, reason, to, amount, router, root, period, file, approved };
}

const invalid = (argument: string, value: string, expected: string) =>
  new SettingsError({ code: "ARGUMENT_INVALID", argument, value, expected });
