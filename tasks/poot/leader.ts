import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { parseAddress } from "../../offchain/config/parse-address.ts";
import { ConsensusError } from "../../offchain/consensus/errors.ts";
import { machineClock } from "../../offchain/consensus/node/clock.ts";
import { connectNode } from "../../offchain/consensus/node/connect-node.ts";
import { ConsensusState } from "../../offchain/consensus/node/consensus-state.ts";
import { slotAt, slotStart } from "../../offchain/consensus/slot-time.ts";
import { createLogger } from "../../offchain/logger.ts";
import type { LeaderScheduleDocument } from "../../offchain/store/documents.ts";
import { openChain } from "../context.ts";
import { parseWhole } from "../options.ts";
import { runTask, type Terminal } from "../run-task.ts";
import { openContext } from "../store-context.ts";
import { explanationSentence } from "./explanation-sentence.ts";

interface LeaderArguments {
  slot: string | undefined;
  explain: string | undefined;
  json: boolean;
}

export default async function leader(args: LeaderArguments, hre: HardhatRuntimeEnvironment) {
  return await runTask(args, async (terminal, signal) => {
    const slot = args.slot === undefined ? undefined : parseWhole("--slot", args.slot);
    if (args.explain === undefined) return { value: await show(terminal, slot) };
    const source = { code: "ARGUMENT_INVALID", argument: "--explain" } as const;
    const entityId = parseAddress(source, args.explain).toLowerCase();
    return { value: await explain(terminal, slot, { entityId, hre, signal }) };
  });
}

/** What is stored of a slot. @throws {ConsensusError} SLOT_UNDECIDED */
async function show(terminal: Terminal, asked: number | undefined) {
  await using context = await openContext({ readOnly: true });
  const slot = asked ?? slotAt(await context.store.now());
  const decision = await context.store.leaderSchedule.get(slot);
  if (decision === undefined) throw new ConsensusError({ code: "SLOT_UNDECIDED", slot });
  return print(terminal, decision);
}

function print(
  terminal: Terminal,
  { slot, primary, fallbacks, seed, transcriptHash, result, block }: LeaderScheduleDocument,
) {
  const candidates = primary === undefined ? [] : [primary, ...fallbacks];
  const outcome = result?.winner ?? result?.reason ?? "not taken yet";
  terminal.line(`Slot ${slot} (from ${new Date(slotStart(slot)).toISOString()}): ${outcome}`);
  terminal.table(
    candidates.map((entity, place) => ({ place: place === 0 ? "primary" : `fallback ${place}`, entity })),
  );
  return {
    slot,
    starts: new Date(slotStart(slot)).toISOString(),
    candidates,
    seed,
    transcriptHash,
    winner: result?.winner,
    reason: result?.reason,
    detail: result?.detail,
    block: block?.hash,
  };
}

interface ExplainRequest {
  readonly entityId: string;
  readonly hre: HardhatRuntimeEnvironment;
  readonly signal: AbortSignal;
}

/** The decision made again from the record, and what an entity's place in it follows from. */
async function explain(
  terminal: Terminal,
  asked: number | undefined,
  { entityId, hre, signal }: ExplainRequest,
) {
  await using context = await openChain(hre, { signal });
  const { settings, store } = context;
  const logger = createLogger(settings.logLevel);
  const modules = await connectNode(settings, { ...context, clock: machineClock, logger });
  await using _threads = modules.verifier;
  const state = await ConsensusState.open({ ...modules, logger });
  const slot = asked ?? slotAt(await store.now());
  const { stored, entity } = await state.explain(slot, entityId);
  if (stored === undefined) throw new ConsensusError({ code: "SLOT_UNDECIDED", slot });
  const shown = print(terminal, stored);
  if (entity === undefined) return shown;
  terminal.line();
  terminal.line(explanationSentence(entity, entityId));
  const { candidate, exclusions, rank, eligibleCount, inWindow, cooldown } = entity;
  return {
    ...shown,
    explanation: { entity: entityId, candidate, exclusions, rank, eligibleCount, inWindow, cooldown },
  };
}
