import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { AnchorMode } from "../../offchain/anchoring/anchor.ts";
import { anchorSessions } from "../../offchain/anchoring/anchor-sessions.ts";
import { AnchoringError } from "../../offchain/anchoring/errors.ts";
import { loadSession } from "../../offchain/anchoring/load-session.ts";
import { SettingsError } from "../../offchain/config.ts";
import { eachDocument } from "../../offchain/store/repositories/repository.ts";
import type { Store } from "../../offchain/store/store.ts";
import { openChain, sessionPath } from "../context.ts";
import { readWallet } from "../keys.ts";
import { runTask } from "../run-task.ts";

interface AnchorArguments {
  sessions: string[];
  tree: boolean;
  oneByOne: boolean;
  json: boolean;
}

export default async function anchor(args: AnchorArguments, hre: HardhatRuntimeEnvironment) {
  return await runTask(args, async (terminal) => {
    const signer = await readWallet(hre, "LUCID_REGISTRAR_KEY", "its account registers sessions");
    await using chain = await openChain(hre);
    const anchors = await chain.anchors();
    const named = args.sessions.length > 0 ? args.sessions : await waitingSessions(chain.store);
    if (named.length === 0) throw new AnchoringError({ code: "NOTHING_TO_ANCHOR" });
    const sessions = [];
    for (const session of named) sessions.push(await loadSession(sessionPath(chain.settings, session)));
    const outcomes = await anchorSessions(
      { sessions, mode: modeOf(args, sessions.length), signer, onProgress: terminal.progress },
      { anchors, store: chain.store },
    );
    const rows = outcomes.map(
      ({ sealed: { manifest }, anchor: { mode, txid, blockNumber, gasUsed }, stood }) => ({
        session: manifest.sessionId,
        chunks: manifest.chunks.length,
        mode,
        transaction: txid,
        block: blockNumber,
        gas: gasUsed ?? "unknown",
        anchored: stood ? "before" : "now",
      }),
    );
    terminal.table(rows);
    return { value: rows };
  });
}

async function waitingSessions(store: Store): Promise<string[]> {
  const ids: string[] = [];
  for await (const { _id } of eachDocument((page) => store.sessions.byStatus("sealed", page))) ids.push(_id);
  return ids;
}

function modeOf({ tree, oneByOne }: AnchorArguments, count: number): AnchorMode {
  if (tree && oneByOne) {
    const expected = "one of --tree and --one-by-one, not both";
    throw new SettingsError({ code: "SETTING_INVALID", setting: "--tree", value: "--one-by-one", expected });
  }
  if (tree) return "tree";
  return oneByOne || count === 1 ? "single" : "batch";
}
