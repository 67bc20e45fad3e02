import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { SettingsError } from "../../offchain/config/errors.ts";
import { parseTronArgument } from "../../offchain/config/parse-tron-argument.ts";
import { readSettings } from "../../offchain/config/settings.ts";
import {
  type DeploymentOptions,
  deployPayouts,
  previewDeployment,
} from "../../offchain/payouts/deploy-payouts.ts";
import { formatTrx } from "../../offchain/payouts/tron/fees.ts";
import { addressOfKey } from "../../offchain/payouts/tron-client.ts";
import type { KeyName } from "../key-names.ts";
import { readWallet } from "../keys.ts";
import { runTask } from "../run-task.ts";
import { isConfirmed, requireAnswerable } from "./confirm.ts";
import { readSigners, readUsdt, requireSetting } from "./options.ts";
import { testTether } from "./test-tether.ts";
import { openSender, openTron, type TronContext } from "./tron.ts";

interface DeployArguments {
  treasury: string;
  disburser: string;
  compliance: string;
  paymentLimit: string;
  dayLimit: string;
  allowance: string;
  testToken: boolean;
  dryRun: boolean;
  yes: boolean;
  json: boolean;
}

export default async function deploy(args: DeployArguments, hre: HardhatRuntimeEnvironment) {
  return await runTask(args, async (terminal, signal) => {
    const context = openTron(readSettings(process.env));
    const { tron, file, chainId, isMainnet } = context;
    if (isMainnet && !args.dryRun) requireAnswerable(args);
    if (isMainnet && args.testToken) throw notOnMainnet();
    await tron.requireNetwork();
    const sender = await openSender(
      hre,
      "LUCID_ADMIN_KEY",
      "it deploys and becomes the admin",
      context,
      signal,
    );
    const options = await readOptions(args, sender.address, context, hre);
    const modules = { tron, sender, file, onStep: (text: string) => terminal.progress(`${text}…`) };
    if (args.dryRun) {
      const preview = await previewDeployment(options, modules);
      terminal.table(preview.steps.map(({ name, fees }) => ({ step: name, TRX: formatTrx(fees) })));
      terminal.line(`At most about ${formatTrx(preview.fees)} TRX, and then the roles, some 3 TRX each.`);
      return { value: { chainId, deployer: sender.address, fees: preview.fees } };
    }
    if (isMainnet && !args.yes && !(await isConfirmed("Deploy the payout contracts to mainnet?", signal))) {
      terminal.line("Nothing was sent.");
      return { value: { chainId, deployer: sender.address }, failed: true };
    }
    const { token, ledger, v0, kyc, calls } = await deployPayouts(options, modules);
    terminal.table(
      Object.entries({ token, PayoutLedger: ledger, PayoutRouterV0: v0, PayoutRouterKYC: kyc }).map(
        ([contract, address]) => ({ contract, address }),
      ),
    );
    const { treasury } = options;
    terminal.line(`Recorded in ${file.path}. ${calls.length} roles and limits were set.`);
    if (treasury !== sender.address || options.allowance === undefined) {
      terminal.line(`The treasury ${treasury} has to allow each router what is due (approve on ${token}).`);
    }
    return { value: { chainId, deployer: sender.address, treasury, token, ledger, v0, kyc, calls } };
  });
}

async function readOptions(
  args: DeployArguments,
  deployer: string,
  { settings }: TronContext,
  hre: HardhatRuntimeEnvironment,
): Promise<DeploymentOptions> {
  const token = args.testToken
    ? undefined
    : requireSetting(
        "USDT_TRC20_ADDRESS",
        settings.usdtTrc20,
        "it is the token that is paid out, unless --test-token",
      );
  const holderOf = async (argument: string, value: string, key: KeyName, purpose: string) =>
    value === ""
      ? addressOfKey((await readWallet(hre, key, purpose)).privateKey)
      : parseTronArgument(argument, value);
  const limit = (argument: string, value: string) => (value === "" ? undefined : readUsdt(argument, value));
  return {
    token,
    testToken: args.testToken ? testTether() : undefined,
    treasury: args.treasury === "" ? deployer : parseTronArgument("--treasury", args.treasury),
    roles: {
      signers: readSigners(settings),
      disburser: await holderOf(
        "--disburser",
        args.disburser,
        "TRON_DISBURSER_KEY",
        "its account sends payments, unless --disburser names another",
      ),
      compliance: await holderOf(
        "--compliance",
        args.compliance,
        "TRON_COMPLIANCE_KEY",
        "its account approves payees, unless --compliance names another",
      ),
      pauser: deployer,
    },
    paymentLimit: limit("--payment-limit", args.paymentLimit),
    dayLimit: limit("--day-limit", args.dayLimit),
    allowance: limit("--allowance", args.allowance),
  };
}

const notOnMainnet = () =>
  new SettingsError({
    code: "ARGUMENT_INVALID",
    argument: "--test-token",
    value: "",
    expected: "left out on mainnet, where Tether is paid",
  });
