import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { SettingsError } from "../../offchain/config/errors.ts";
import { EvmError } from "../../offchain/evm/errors.ts";
import { openChain } from "../context.ts";
import { runTask } from "../run-task.ts";
import { availableSigners } from "./signers.ts";

interface CancelArguments {
  transaction: string;
  json: boolean;
}

export default async function cancel(args: CancelArguments, hre: HardhatRuntimeEnvironment) {
  return await runTask(args, async (terminal, signal) => {
    await using chain = await openChain(hre, { signal });
    const txid = args.transaction.toLowerCase();
    const sent = await chain.store.anchorTransactions.get(txid);
    if (sent === undefined) throw new EvmError({ code: "TRANSACTION_UNKNOWN", txid });
    const signer = (await availableSigners(hre)).find(
      ({ address }) => address.toLowerCase() === sent.from_addr,
    );
    if (signer === undefined) {
      const purpose = `it must be the key of ${sent.from_addr}, which sent ${txid}`;
      throw new SettingsError({ code: "KEY_MISSING", setting: "LUCID_REGISTRAR_KEY", purpose });
    }
    const watched = await chain.evm.cancel(signer, txid);
    terminal.progress("sent; waiting for its confirmations");
    const event = await watched.outcome();
    const isCancelled = event.state === "confirmed" && event.purpose === "cancel";
    terminal.line(
      isCancelled
        ? `Cancelled: ${event.txid} has nonce ${event.nonce}.`
        : `Not cancelled: ${event.txid} is ${event.state}.`,
    );
    const { state, nonce } = event;
    return { value: { cancelled: isCancelled, transaction: event.txid, nonce, state }, failed: !isCancelled };
  });
}
