/**
 * Anchors sessions one by one until all stand or it is killed. Arguments: endpoint, address of LucidAnchors, data
 * folder, name and number of the sessions. Says `at work` when the first transaction may go out.
 */
import { writeSync } from "node:fs";
import { Wallet } from "ethers";
import { localKey } from "../../devnet/anvil.ts";
import { sealedSessions } from "../../devnet/sealed-sessions.ts";
import { anchorSessions } from "../../offchain/anchoring/anchor-sessions.ts";
import { readSettings } from "../../offchain/config/settings.ts";
import { connectEvm } from "../../offchain/contracts/connect-evm.ts";
import { LucidAnchorsClient } from "../../offchain/contracts/lucid-anchors/client.ts";
import { createLogger } from "../../offchain/logger.ts";
import { openStore } from "../../offchain/store/open-store.ts";

const [url = "", address = "", dataDir = "", name = "", count = "0"] = process.argv.slice(2);
const settings = readSettings({
  LUCID_DATA_DIR: dataDir,
  LUCID_CONFIRMATIONS: "2",
  LUCID_BREAKER_COOLDOWN_SECONDS: "2",
});
const sessions = await sealedSessions(name, Number(count));
await using store = await openStore({ setting: settings.store });
const modules = { transactions: store.anchorTransactions, logger: createLogger(settings.logLevel) };
const patience = {
  pollMs: 40,
  resendAfterMs: 300,
  bumpAfterMs: 1_500,
  timeoutMs: 20_000,
  answerTimeoutMs: 2_000,
};
const { evm, provider } = await connectEvm([url], settings, modules, patience);
const anchors = new LucidAnchorsClient({ address, deploymentBlock: 0 }, { evm });
writeSync(1, "at work\n");
await anchorSessions({ sessions, mode: "single", signer: new Wallet(localKey(1)) }, { anchors, store });
await evm.close();
provider.destroy();
