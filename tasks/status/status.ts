import { setTimeout as sleep } from "node:timers/promises";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { SettingsError } from "../../offchain/config/errors.ts";
import { readSettings, type Settings } from "../../offchain/config/settings.ts";
import { connectEvm } from "../../offchain/contracts/connect-evm.ts";
import { createLogger } from "../../offchain/logger.ts";
import { type ChainStatus, chainStatus } from "../../offchain/operation/chain-status.ts";
import type { OperatorStatus } from "../../offchain/operation/operator-status.ts";
import { readSection } from "../../offchain/operation/section.ts";
import { workStatus } from "../../offchain/operation/work-status.ts";
import type { Store } from "../../offchain/store/store.ts";
import { endpoints } from "../context.ts";
import { runTask } from "../run-task.ts";
import { openTaskStore } from "../store-context.ts";
import { documentOf } from "./document.ts";
import { screenOf } from "./screen.ts";

interface StatusArguments {
  readonly watch: boolean;
  readonly json: boolean;
}

const REFRESH_MS = 5_000;
/** Cursor to the upper left corner, and clear what was there. */
const CLEAR_SCREEN = "\u001b[H\u001b[2J";

export default async function status(args: StatusArguments, hre: HardhatRuntimeEnvironment) {
  return await runTask(args, async (terminal, signal) => {
    if (args.watch && args.json) {
      const expected = "left out with --json, which prints one document";
      throw new SettingsError({ code: "ARGUMENT_INVALID", argument: "--watch", value: "set", expected });
    }
    const settings = readSettings(process.env);
    for (;;) {
      const found = await readStatus(settings, hre);
      if (args.watch && terminal.isRead) process.stdout.write(CLEAR_SCREEN);
      for (const line of screenOf(found)) terminal.line(line);
      if (!args.watch)
        return { value: documentOf(found), failed: "error" in found.chain || "error" in found.store };
      terminal.line();
      await sleep(REFRESH_MS, undefined, { signal });
    }
  });
}

/** Everything is opened again each time, so that a node or a database that was restarted is seen. */
async function readStatus(settings: Settings, hre: HardhatRuntimeEnvironment): Promise<OperatorStatus> {
  const opened = await readSection(() => openTaskStore(settings, { readOnly: true }));
  if ("error" in opened) {
    const reason = "the accounts to look at are in the store, which cannot be read";
    return { store: opened, chain: { error: { code: opened.error.code, message: reason } } };
  }
  await using store = opened.found;
  return {
    store: await readSection(() => workStatus(store)),
    chain: await readSection(() => readChain(settings, store, hre)),
  };
}

async function readChain(
  settings: Settings,
  store: Store,
  hre: HardhatRuntimeEnvironment,
): Promise<ChainStatus> {
  const modules = { transactions: store.anchorTransactions, logger: createLogger(settings.logLevel) };
  const layer = await connectEvm(await endpoints(hre, settings), settings, modules);
  try {
    return await chainStatus({ layer, store, settings });
  } finally {
    await layer.evm.close();
    layer.provider.destroy();
  }
}
