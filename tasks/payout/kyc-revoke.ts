import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { parseTronArgument } from "../../offchain/config/parse-tron-argument.ts";
import { readSettings } from "../../offchain/config/settings.ts";
import { ROUTER_ABI } from "../../offchain/payouts/service/router-calls.ts";
import { formatTrx } from "../../offchain/payouts/tron/fees.ts";
import { hexOf } from "../../offchain/tron-address.ts";
import { runTask } from "../run-task.ts";
import { requireSetting } from "./options.ts";
import { openPayouts, openSender } from "./tron.ts";

interface RevokeArguments {
  payee: string;
  dryRun: boolean;
  json: boolean;
}

export default async function kycRevoke(args: RevokeArguments, hre: HardhatRuntimeEnvironment) {
  return await runTask(args, async (terminal, signal) => {
    const payee = parseTronArgument("payee", args.payee);
    const context = await openPayouts(readSettings(process.env));
    const router = requireSetting(
      "PAYOUT_ROUTER_KYC_ADDRESS",
      context.routers.find(({ kind }) => kind === "kyc"),
      "it keeps who is revoked",
    );
    await context.tron.requireNetwork();
    const sender = await openSender(hre, "TRON_COMPLIANCE_KEY", "it revokes payees", context, signal);
    const value = { payee, router: router.address };
    if (await context.chain.isRevoked(router, payee)) {
      terminal.line(`${payee} is revoked already.`);
      return { value: { ...value, revoked: "before" } };
    }
    const call = {
      ...{ contract: router.address, name: "revokePayee", purpose: `Revoking ${payee}` },
      data: ROUTER_ABI.kyc.encodeFunctionData("revokePayee", [hexOf(payee)]),
    };
    if (args.dryRun) {
      const { expected } = await sender.feesOf(call);
      terminal.line(`It would cost about ${formatTrx(expected)} TRX.`);
      return { value: { ...value, revoked: "no", fees: expected } };
    }
    terminal.progress(`revoking ${payee}…`);
    const [info] = await sender.sendAll([call]);
    terminal.line(`Revoked ${payee}: nothing is paid to it until the admin reinstates it.`);
    return { value: { ...value, revoked: "now", txid: info?.txid, fees: info?.fee } };
  });
}
