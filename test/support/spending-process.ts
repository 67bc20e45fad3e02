/**
 * Submits one call in each of several stores, each at a time of the clock, so that two such processes meet. Arguments:
 * endpoint, address of LucidAnchors, data folder, account, wei an hour, time of the first (Unix milliseconds), time
 * between two, and the stores. Says `sent` or an error's code for each.
 */
import { writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Wallet } from "ethers";
import { localKey } from "../../devnet/anvil.ts";
import { readSettings } from "../../offchain/config/settings.ts";
import { connectEvm } from "../../offchain/contracts/connect-evm.ts";
import { EvmError } from "../../offchain/evm/errors.ts";
import { createLogger } from "../../offchain/logger.ts";
import { openStore } from "../../offchain/store/open-store.ts";

const [url = "", to = "", dataDir = "", account = "0", wei = "0", first = "0", pace = "0", ...stores] =
  process.argv.slice(2);
const signer = new Wallet(localKey(Number(account)));
for (const [round, setting] of stores.entries()) {
  const env = {
    LUCID_DATA_DIR: `${dataDir}/${round}`,
    LUCID_MAX_WEI_PER_HOUR: wei,
    LUCID_LOG_LEVEL: "silent",
  };
  const settings = readSettings(env);
  await using store = await openStore({ setting });
  const modules = { transactions: store.anchorTransactions, logger: createLogger(settings.logLevel) };
  const { evm, provider } = await connectEvm([url], settings, modules);
  const call = { action: "a transfer", purpose: "other", to, data: "0x", references: [] };
  await sleep(Number(first) + round * Number(pace) - Date.now());
  const outcome = await evm.submit(signer, call).then(
    () => "sent",
    (error) => (error instanceof EvmError ? error.code : String(error)),
  );
  writeSync(1, `${outcome}\n`);
  evm.close();
  provider.destroy();
}
