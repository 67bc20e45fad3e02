import { isHexString } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { SettingsError } from "../../offchain/config/errors.ts";
import { readSettings } from "../../offchain/config/settings.ts";
import { approvePayee } from "../../offchain/payouts/approve-payee.ts";
import { formatUsdt } from "../../offchain/payouts/usdt.ts";
import { readWallet } from "../keys.ts";
import { parseTime } from "../options.ts";
import { runTask } from "../run-task.ts";
import { openTaskStore } from "../store-context.ts";
import { openPayouts } from "./tron.ts";

interface ApproveArguments {
  payout: string;
  kycHash: string;
  expires: string;
  json: boolean;
}

export default async function kycApprove(args: ApproveArguments, hre: HardhatRuntimeEnvironment) {
  return await runTask(args, async (terminal) => {
    const payoutId = readHash("payout", args.payout);
    const kycHash = readHash("--kyc-hash", args.kycHash);
    const expiry = parseTime("--expires", args.expires, Math.floor);
    if (expiry * 1_000 <= Date.now()) {
      const expected = "a time in the future";
      throw new SettingsError({
        code: "ARGUMENT_INVALID",
        argument: "--expires",
        value: args.expires,
        expected,
      });
    }
    const wallet = await readWallet(hre, "TRON_COMPLIANCE_KEY", "it approves payees");
    const { settings, terms } = await openPayouts(readSettings(process.env));
    await using store = await openTaskStore(settings, {});
    const { to, amount } = await approvePayee({ payoutId, kycHash, expiry }, wallet, terms, store.payouts);
    const expires = new Date(expiry * 1_000).toISOString();
    terminal.line(`Approved ${formatUsdt(amount)} USDT to ${to} until ${expires}; payout run pays it.`);
    return { value: { payoutId, to, amount, kycHash, expires, signer: wallet.address } };
  });
}

/** @throws {SettingsError} ARGUMENT_INVALID */
function readHash(argument: string, value: string): string {
  if (isHexString(value, 32)) return value.toLowerCase();
  throw new SettingsError({ code: "ARGUMENT_INVALID", argument, value, expected: "0x and 64 hex digits" });
}
