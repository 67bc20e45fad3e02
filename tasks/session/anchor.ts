import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { AnchorMode } from "../../offchain/anchoring/anchor.ts";
import { anchorSessions } from "../../offchain/anchoring/anchor-sessions.ts";
import { enterWaitingSessions } from "../../offchain/anchoring/enter-waiting-sessions.ts";
import type { AnchorOutcome } from "../../offchain/anchoring/find-registered.ts";
import { isoTime } from "../../offchain/anchoring/iso-time.ts";
import { planAnchoring } from "../../offchain/anchoring/plan-anchoring.ts";
import { type QueuedSession, queueSessions } from "../../offchain/anchoring/queue-sessions.ts";
import { SettingsError } from "../../offchain/config/errors.ts";
import type { ChainProvider } from "../../offchain/evm/chain-provider.ts";
import { awaitPrice } from "../../offchain/evm/gas/await-price.ts";
import type { DayPrices } from "../../offchain/evm/gas/day-prices.ts";
import type { SealedSession } from "../../offchain/sessions/sealed-session.ts";
import { gwei } from "../amounts.ts";
import { loadNamedSession, openChain } from "../context.ts";
import { readWallet } from "../keys.ts";
import { parseWhole } from "../options.ts";
import { runTask, type Terminal } from "../run-task.ts";
import { printPlan } from "./print-plan.ts";

interface AnchorArguments {
  sessions: string[];
  tree: boolean;
  oneByOne: boolean;
  plan: boolean;
  queue: boolean;
  maxWait: string | undefined;
  json: boolean;
}

export default async function anchor(args: AnchorArguments, hre: HardhatRuntimeEnvironment) {
  return await runTask(args, async (terminal, signal) => {
    if (args.queue) requireNothingSent(args);
    // Whoever queues sends nothing, and needs no key.
    const signer = args.queue
      ? undefined
      : await readWallet(hre, "LUCID_REGISTRAR_KEY", "its account registers sessions");
    const named = await namedSessions(args.sessions);
    await using chain = await openChain(hre, { signal });
    const anchors = await chain.anchors();
    const { dataDir } = chain.settings;
    const onProgress = (done: number, total: number) =>
      terminal.bar({ text: "reading the sessions that wait", done, total, unit: "sessions" });
    const { sessions, missing } =
      named.length > 0
        ? { sessions: named, missing: [] }
        : await enterWaitingSessions(dataDir, chain.store, { onProgress, signal });
    for (const { sessionId, error } of missing) {
      terminal.progress(`left out ${sessionId}: ${error.code}: ${error.message}`);
    }
    if (sessions.length === 0) {
      terminal.line("No session waits to be anchored. Seal a recording: npx hardhat session seal FILE");
      return { value: [] };
    }
    if (signer === undefined) {
      const modules = { anchors, store: chain.store };
      return { value: printQueued(terminal, await queueSessions(sessions, modules, terminal.progress)) };
    }
    const mode = modeOf(args, sessions.length);
    const maxWaitSeconds = parseWhole("--max-wait", args.maxWait ?? "0");
    if (args.plan || maxWaitSeconds > 0) {
      const plan = await planAnchoring(
        sessions.map(({ session }) => session),
        signer.address,
        { ...chain, anchors },
      );
      if (args.plan) return { value: printPlan(terminal, plan, maxWaitSeconds) };
      await awaitMedian(terminal, chain.provider, plan.prices, maxWaitSeconds, signal);
    }
    const outcomes = await anchorSessions(
      { sessions, mode, signer, onProgress: terminal.progress },
      { anchors, store: chain.store },
    );
    const rows = outcomes.map(rowOf);
    terminal.table(rows);
    return { value: rows };
  });
}

async function namedSessions(named: readonly string[]): Promise<SealedSession[]> {
  const sessions: SealedSession[] = [];
  for (const session of named) sessions.push(await loadNamedSession(session));
  return sessions;
}

function rowOf({ sealed: { manifest }, anchor, wasRegistered }: AnchorOutcome) {
  const { mode, txid, blockNumber, gasUsed, registeredAt } = anchor;
  return {
    session: manifest.sessionId,
    chunks: manifest.chunks.length,
    mode,
    transaction: txid,
    block: blockNumber,
    gas: gasUsed,
    registered: isoTime(registeredAt),
    anchored: wasRegistered ? "before" : "now",
  };
}

/** @throws {SettingsError} ARGUMENT_INVALID */
function requireNothingSent({ tree, oneByOne, plan, maxWait }: AnchorArguments): void {
  const others = {
    "--tree": tree,
    "--one-by-one": oneByOne,
    "--plan": plan,
    "--max-wait": maxWait !== undefined,
  };
  const given = Object.entries(others).find(([, isGiven]) => isGiven)?.[0];
  if (given === undefined) return;
  const expected = "--queue alone: the leader of a slot decides how and when";
  throw new SettingsError({ code: "ARGUMENT_INVALID", argument: "--queue", value: given, expected });
}

function printQueued(terminal: Terminal, queued: readonly QueuedSession[]) {
  const rows = queued.map(({ sealed: { manifest }, state }) => ({
    session: manifest.sessionId,
    chunks: manifest.chunks.length,
    state,
  }));
  terminal.table(rows);
  const count = rows.filter(({ state }) => state === "queued" || state === "was-queued").length;
  if (count > 0) terminal.line(`${count} session(s) wait for the leader of a slot: npx hardhat session list`);
  return rows;
}

function modeOf({ tree, oneByOne }: AnchorArguments, count: number): AnchorMode {
  if (tree && oneByOne) {
    const expected = "one of --tree and --one-by-one, not both";
    throw new SettingsError({
      code: "ARGUMENT_INVALID",
      argument: "--tree",
      value: "--one-by-one",
      expected,
    });
  }
  if (tree) return "tree";
  return oneByOne || count === 1 ? "single" : "batch";
}

async function awaitMedian(
  terminal: Terminal,
  provider: ChainProvider,
  { now, median }: DayPrices,
  maxWaitSeconds: number,
  signal: AbortSignal,
): Promise<void> {
  if (now <= median) return;
  terminal.progress(
    `gas costs ${gwei(now)} gwei; waiting ${maxWaitSeconds} s at most for ${gwei(median)} gwei`,
  );
  const price = await awaitPrice(provider, median, maxWaitSeconds * 1_000, signal);
  terminal.progress(`continuing at ${gwei(price)} gwei`);
}
