import { ContractError } from "../../contracts/errors.ts";
import type { LucidError } from "../../errors.ts";
import { EvmError } from "../../evm/errors.ts";
import type { LeaderScheduleDocument, SlotResult } from "../../store/documents.ts";
import { BLOCK_DEADLINE_SEC } from "../parameters.ts";
import { actsFor } from "../rules/acting-node.ts";
import type { BlockRecord } from "../rules/block-record.ts";
import { blockWindow, type Candidacy, candidacyOf } from "../rules/candidacy.ts";
import { entityOf } from "../rules/registrations.ts";
import { slotStart } from "../slot-time.ts";
import { awaitMined, withinTime } from "./await-mined.ts";
import { enterAnchors } from "./enter-anchors.ts";
import type { Identity } from "./identity.ts";
import type { LeadOutcome, NoBlockReason, NotTakenReason } from "./lead-outcome.ts";
import type { DutyModules } from "./modules.ts";
import { type Publication, publishSessions } from "./publish-sessions.ts";
import { blocksBefore, previousHash, type RecentBlock } from "./recent-blocks.ts";
import { sessionsToPublish } from "./sessions-to-publish.ts";
import { signBlock } from "./sign-block.ts";
import { writeBlock } from "./write-block.ts";

/** A transaction that is not mined by then is named by the block all the same: the write takes time too. */
const WRITE_BLOCK_AFTER_MS = (BLOCK_DEADLINE_SEC - 10) * 1_000;
/** What an earlier run sent has until then to become final; after that there is no time left to publish. */
const FINISH_EARLIER_AFTER_MS = (BLOCK_DEADLINE_SEC / 2) * 1_000;

/**
 * Leads a slot, if it is this node's turn: takes it within its window, publishes what is queued and writes the block.
 *
 * The store's clock decides, for the take as for the block: a node that was stopped meanwhile, or whose clock is wrong,
 * is refused. What it published without a block is entered by whoever leads next.
 *
 * @param decision about the slot, as this node decided it too
 * @throws {StoreError}
 * @throws the signal's reason
 */
export async function leadSlot(
  decision: LeaderScheduleDocument,
  identity: Identity,
  modules: DutyModules,
  signal?: AbortSignal,
): Promise<LeadOutcome> {
  const { slot } = decision;
  const turn = await turnOf(decision, identity, modules);
  if (typeof turn === "string") return { kind: "not-taken", slot, reason: turn };
  const taken = await take(slot, turn, modules, signal);
  if (typeof taken === "string") return { kind: "not-taken", slot, reason: taken };
  const { store } = modules;

  // The store's time of a moment of this machine: they may be some seconds apart.
  const ahead = modules.clock.now() - taken.takenAt;
  const times: LeadTimes = {
    finishEarlierBy: slotStart(slot) + FINISH_EARLIER_AFTER_MS + ahead,
    writeBlockBy: slotStart(slot) + WRITE_BLOCK_AFTER_MS + ahead,
    deadline: blockWindow(slot).until + ahead,
  };
  const recent = await blocksBefore(store, slot);
  const published = await publish(slot, recent, { identity, modules, times, signal });
  if ("reason" in published) return { kind: "taken-without-block", slot, ...published };

  const record: BlockRecord = {
    slot,
    previous: previousHash(recent),
    winner: turn.entityId,
    reason: turn.reason,
    transcriptHash: decision.transcriptHash,
    ...published,
  };
  const block = await signBlock(record, identity, modules.domain);
  const isWritten = await writeBlock({ slot, winner: turn.entityId, block }, store, {
    until: times.deadline,
    clock: modules.clock,
    signal,
  });
  if (!isWritten) return { kind: "taken-without-block", slot, reason: "deadline-over" };
  return { kind: "led", slot, block, txid: published.txid, sessions: published.sessions.length };
}

interface Turn extends Candidacy {
  readonly entityId: string;
}

/** Unix milliseconds of this machine's clock. */
interface LeadTimes {
  readonly finishEarlierBy: number;
  readonly writeBlockBy: number;
  readonly deadline: number;
}

async function turnOf(
  decision: LeaderScheduleDocument,
  { nodeId }: Identity,
  { membership }: DutyModules,
): Promise<Turn | NotTakenReason> {
  const { slot } = decision;
  const registrations = await membership.registrationsAt(slot);
  const entityId = entityOf(registrations, nodeId);
  const candidacy = candidacyOf(decision, entityId);
  if (candidacy === undefined) return "not-candidate";
  const mayAct = actsFor(registrations, nodeId, entityId) && (await membership.isAdmitted(nodeId, slot));
  return mayAct ? { ...candidacy, entityId } : "not-acting";
}

/** Waits for the turn by the store's clock, whatever this machine's says. */
async function take(
  slot: number,
  { entityId, reason, window }: Turn,
  { store, clock }: DutyModules,
  signal: AbortSignal | undefined,
): Promise<SlotResult | NotTakenReason> {
  for (;;) {
    const early = window.from - (await store.now());
    if (early > 0) await clock.sleepUntil(clock.now() + early, signal);
    signal?.throwIfAborted();
    const taken = await store.leaderSchedule.take(slot, { winner: entityId, reason, window });
    const result = taken.document?.result;
    if (taken.swapped && result !== undefined) return result;
    if (result !== undefined) return result.reason === "missed" ? "missed" : "taken";
    if ((await store.now()) >= window.until) return "window-over";
  }
}

interface Publishing {
  readonly identity: Identity;
  readonly modules: DutyModules;
  readonly times: LeadTimes;
  readonly signal: AbortSignal | undefined;
}

type Published = Pick<BlockRecord, "txid" | "sessions">;
interface NotPublished {
  readonly reason: NoBlockReason;
  readonly error?: LucidError;
}

async function publish(
  slot: number,
  recent: readonly RecentBlock[],
  publishing: Publishing,
): Promise<Published | NotPublished> {
  try {
    return await sendPending(slot, recent, publishing);
  } catch (error) {
    if (!(error instanceof EvmError || error instanceof ContractError)) throw error;
    publishing.signal?.throwIfAborted();
    return { reason: "publication-failed", error };
  }
}

async function sendPending(
  slot: number,
  recent: readonly RecentBlock[],
  { identity: { wallet }, modules, times, signal }: Publishing,
): Promise<Published | NotPublished> {
  const { anchors, store, clock } = modules;
  const waiting = { clock, signal };
  const finished = await withinTime(anchors.resume(wallet), { ...waiting, until: times.finishEarlierBy });
  if (finished === undefined) return { reason: "transactions-unfinished" };
  // What earlier leaders published and did not enter is no longer pending then.
  await enterAnchors(slot, modules);
  const pending = await sessionsToPublish(recent, modules);
  if (pending.length === 0) return { sessions: [] };
  // Whoever was stopped until now publishes nothing: the next leader does.
  if ((await store.now()) >= blockWindow(slot).until) return { reason: "deadline-over" };
  const publication = await publishSessions(pending, wallet, anchors);
  const until = times.writeBlockBy;
  const receipt = await awaitMined(publication.transaction, anchors.address, { ...waiting, until });
  return { txid: receipt?.hash ?? newestAttempt(publication), sessions: listed(publication) };
}

/** The one with the highest fee is the one to be mined. */
function newestAttempt({ transaction: { attempts, first } }: Publication): string {
  return (attempts.at(-1) ?? first)._id;
}

const listed = ({ sessions }: Publication) =>
  sessions.map(({ sessionId, commitment }) => [sessionId, commitment] as const);
