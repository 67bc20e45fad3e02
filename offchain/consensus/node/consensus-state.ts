import type { Wallet } from "ethers";
import type { Logger } from "../../logger.ts";
import type { LeaderScheduleDocument, SlotTallyHead } from "../../store/documents.ts";
import { StoreError } from "../../store/errors.ts";
import type { Store } from "../../store/store.ts";
import { ConsensusError } from "../errors.ts";
import { SLOT_TIMEOUT_MS, SLOTS_PER_EPOCH, WINDOW_LAG_SLOTS } from "../parameters.ts";
import type { ProofVerifier } from "../proofs/verify-proofs.ts";
import { decideLeader, type LeaderDecision } from "../rules/decide-leader.ts";
import { explainRank, type RankExplanation } from "../rules/explain-rank.ts";
import type { Refusal } from "../rules/proofs/refusal.ts";
import type { Registrations } from "../rules/registrations.ts";
import { decisionDocument } from "../rules/transcript.ts";
import { slotAt, slotStart, windowOf } from "../slot-time.ts";
import type { ClosedSlots } from "./closed-slots.ts";
import { type EpochSummary, slotsInEpoch, storeWorkTally, summariseEpoch } from "./epoch-checkpoint.ts";
import { findHeads } from "./find-heads.ts";
import { readLeaderInput } from "./leader-input.ts";
import { missedDetail } from "./missed-detail.ts";
import { NodeRegistry } from "./node-registry.ts";
import type { ChainView } from "./open-chain-view.ts";
import { readRecordedBeacons } from "./recorded-beacons.ts";
import { type ReplayedState, replayState, replayWindow, replayWins } from "./replay-state.ts";
import type { RollingWindow } from "./rolling-window.ts";

export interface ConsensusStateModules {
  readonly store: Store;
  readonly chain: ChainView;
  readonly verifier: ProofVerifier;
  readonly logger: Logger;
}

/** A slot whose inputs are closed, as its record compares with the store's proofs. */
export interface ClosedSlot {
  readonly slot: number;
  readonly head: SlotTallyHead;
  /** Whether this call wrote the head. */
  readonly isOwn: boolean;
  /** Valid proofs, stamped in time, that the record lacks: how many. */
  readonly omittedCount: number;
  /** Their ids, as far as the record's roots tell which they are. */
  readonly omitted: readonly string[];
  /** Proofs that do not count, by reason. */
  readonly refusals: Readonly<Partial<Record<Refusal, number>>>;
}

/** What an epoch comes to. */
export interface EpochCheckpoint extends EpochSummary {
  /**
   * Whether the record of one of its slots lacks valid proofs; undefined where the epoch is too old for its proofs to be
   * verified again. A node attests by itself only where this is false.
   */
  readonly hasOmissions: boolean | undefined;
}

/** A slot's decision, made again from the record. */
export interface SlotExplanation {
  readonly decision: LeaderDecision;
  /** As stored; undefined where nobody has decided the slot. */
  readonly stored: LeaderScheduleDocument | undefined;
  /** Of the entity that was asked about. */
  readonly entity: RankExplanation | undefined;
}

type StateModules = ConsensusStateModules & { readonly registry: NodeRegistry };

/**
 * What consensus has concluded, replayable from store and chain. Slots are closed, decided and settled in order; calls
 * are made one after the other, never two at a time.
 */
export class ConsensusState {
  readonly firstSlot: number;
  readonly #modules: StateModules;
  readonly #window: RollingWindow;
  readonly #wins: ReplayedState["wins"];
  readonly #closed: ClosedSlots;
  #nextToDecide: number;
  /** The last slot whose winner, if any, is taken in. */
  #wonUntil: number;
  #disagreement: ConsensusError | undefined;

  private constructor(modules: StateModules, replayed: ReplayedState) {
    this.firstSlot = modules.chain.firstSlot;
    this.#modules = modules;
    this.#window = replayed.window;
    this.#wins = replayed.wins;
    this.#closed = replayed.closed;
    this.#nextToDecide = replayed.nextToDecide;
    this.#wonUntil = replayed.nextToDecide - WINDOW_LAG_SLOTS;
  }

  /**
   * Builds the state again from closed slots and decisions. Writes nothing.
   *
   * @throws {ConsensusError} TALLY_DIFFERS where a record contradicts itself, and what the view of the chain throws
   */
  static async open(modules: ConsensusStateModules): Promise<ConsensusState> {
    const { store, chain, logger } = modules;
    const registry = new NodeRegistry({ store, domain: chain.domain, logger });
    const all = { ...modules, registry };
    return new ConsensusState(all, await replayState(all));
  }

  /** The slot to close next: all before it are closed. */
  get nextToClose(): number {
    return this.#closed.next;
  }

  /** The slot to decide next: all before it are decided. */
  get nextToDecide(): number {
    return this.#nextToDecide;
  }

  /** The first disagreement with what others wrote, TALLY_DIFFERS or DECISION_DIFFERS: a node that has one must not lead. */
  get disagreement(): ConsensusError | undefined {
    return this.#disagreement ?? this.#closed.disagreement;
  }

  /**
   * Closes, decides and settles, in order, all that is due by the store's clock, after a downtime or at the first start:
   * afterwards the current slot is decided.
   *
   * @throws {ConsensusError} as closeSlot and decideSlot do; called again, it goes on
   */
  async catchUp(closer: Wallet, signal?: AbortSignal): Promise<void> {
    let foundUntil = this.#nextToDecide;
    for (let slot = this.#nextToDecide; slot <= (await this.#currentSlot()); slot += 1) {
      signal?.throwIfAborted();
      if (slot >= foundUntil) {
        const first = Math.max(this.firstSlot + 1, slot - WINDOW_LAG_SLOTS);
        foundUntil = Math.min(slot + SLOTS_PER_EPOCH, await this.#currentSlot());
        await findHeads(first, foundUntil - WINDOW_LAG_SLOTS, this.#modules.chain.headBlocks);
      }
      while (this.nextToClose <= slot - WINDOW_LAG_SLOTS) await this.closeSlot(this.nextToClose, closer);
      if (slot > this.firstSlot) await this.settleSlot(slot - 1);
      await this.decideSlot(slot);
    }
  }

  /**
   * Closes a slot's inputs, or compares them with the record of whoever closed it first.
   *
   * @throws {ConsensusError} TALLY_DIFFERS: the record holds what no valid proof supports, so the node must stop leading;
   * the slot counts as closed all the same. SLOT_STILL_OPEN, SLOT_HEAD_UNKNOWN: try again later. SLOT_OUT_OF_ORDER
   */
  async closeSlot(slot: number, closer: Wallet): Promise<ClosedSlot> {
    const expected = this.nextToClose;
    if (slot !== expected) {
      throw new ConsensusError({ code: "SLOT_OUT_OF_ORDER", action: "close", slot, expected });
    }
    const { head, isOwn, omittedCount, omitted, refusals, fault } = await this.#closed.close(closer);
    if (fault !== undefined) throw fault;
    return { slot, head, isOwn, omittedCount, omitted, refusals: refusals.toJSON() };
  }

  /**
   * Writes `missed` for a slot that nobody took, once its last candidate's time is over. Must be done for s-1 before s
   * is decided. The detail is the decision's own reason, or "not-taken".
   *
   * @throws {ConsensusError} SLOT_UNDECIDED, SLOT_STILL_OPEN
   */
  async settleSlot(slot: number): Promise<LeaderScheduleDocument> {
    const { leaderSchedule } = this.#modules.store;
    const decided = await leaderSchedule.get(slot);
    if (decided === undefined) throw new ConsensusError({ code: "SLOT_UNDECIDED", slot });
    if (decided.result !== undefined) return decided;
    const candidateCount = decided.primary === undefined ? 0 : 1 + decided.fallbacks.length;
    const until = slotStart(slot) + candidateCount * SLOT_TIMEOUT_MS;
    const now = await this.#modules.store.now();
    if (now < until)
      throw new ConsensusError({ code: "SLOT_STILL_OPEN", slot, action: "settle", until, now });
    const { document } = await leaderSchedule.miss(slot, missedDetail(decided));
    if (document === undefined) throw new ConsensusError({ code: "SLOT_UNDECIDED", slot });
    return document;
  }

  /**
   * Decides a slot whose window is closed, and stores the decision.
   *
   * @throws {ConsensusError} DECISION_DIFFERS: the stored transcript is another one, so the node must stop leading; the
   * slot counts as decided all the same. SLOT_HEAD_UNKNOWN: try again later. SLOT_OUT_OF_ORDER, SLOT_UNSETTLED
   */
  async decideSlot(slot: number): Promise<LeaderScheduleDocument> {
    this.#requireNext(slot);
    await this.#takeWins(slot - 1);
    await this.#window.advanceTo(slot - WINDOW_LAG_SLOTS);
    const { leaderSchedule } = this.#modules.store;
    const basis = { window: this.#window, wins: this.#wins, beacons: await this.#beaconsOf(slot - 2) };
    const decision = decideLeader(await readLeaderInput(slot, basis, this.#modules));
    const { talliesRoots } = this.#window;
    const own = decisionDocument(decision, { ...windowOf(slot, this.firstSlot), talliesRoots });
    try {
      await leaderSchedule.insert(own);
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== "STORE_CONFLICT") throw error;
      this.#nextToDecide = slot + 1;
      const stored = (await leaderSchedule.get(slot))?.transcriptHash ?? "";
      const details = { code: "DECISION_DIFFERS", slot, stored, own: own.transcriptHash } as const;
      const differs = new ConsensusError(details, { cause: error });
      this.#disagreement ??= differs;
      throw differs;
    }
    this.#nextToDecide = slot + 1;
    const stored = await leaderSchedule.get(slot);
    if (stored === undefined) throw new ConsensusError({ code: "SLOT_UNDECIDED", slot });
    return stored;
  }

  /**
   * After the epoch's last slot is closed: writes work_tally, computes the root. Cheap once the slot two slots after the
   * epoch's end is decided, or the one before that.
   *
   * @throws {ConsensusError} SLOT_OUT_OF_ORDER, SLOT_HEAD_UNKNOWN; WORK_TALLY_DIFFERS, TALLY_DIFFERS: the node must not
   * attest
   */
  async checkpoint(epoch: number): Promise<EpochCheckpoint> {
    const { first, last } = slotsInEpoch(epoch, this.firstSlot);
    if (first > last || this.nextToClose <= last) {
      const expected = first > last ? this.firstSlot : this.nextToClose;
      throw new ConsensusError({ code: "SLOT_OUT_OF_ORDER", action: "checkpoint", slot: last, expected });
    }
    const window = await this.#windowUntil(last);
    const beacons = await this.#beaconsOf(last);
    const summary = await summariseEpoch(epoch, window.credits, beacons, this.#modules);
    const omissions = await this.#closed.omissionsIn(first, last);
    await storeWorkTally(summary, this.#modules.store);
    return { ...summary, hasOmissions: omissions === undefined ? undefined : omissions > 0 };
  }

  /**
   * A slot's decision, made again from the record, and, for an entity, why it does not lead. Reads the whole window.
   *
   * @throws {ConsensusError} SLOT_HEAD_UNKNOWN, and what the view of the chain throws
   * @throws {StoreError} STORE_SLOT_NOT_CLOSED
   */
  async explain(slot: number, entityId?: string): Promise<SlotExplanation> {
    const { store } = this.#modules;
    const { wins } = await replayWins(this.#modules, this.firstSlot, slot);
    const before = await store.leaderSchedule.get(slot - 1);
    if (before !== undefined) wins.add(before);
    const window = await replayWindow(slot, this.#modules);
    const basis = { window, wins, beacons: await this.#beaconsOf(slot - WINDOW_LAG_SLOTS) };
    const input = await readLeaderInput(slot, basis, this.#modules);
    return {
      decision: decideLeader(input),
      stored: await store.leaderSchedule.get(slot),
      entity: entityId === undefined ? undefined : explainRank(input, entityId),
    };
  }

  /** The registrations in force at a slot, the current one at most. */
  registrationsAt(slot: number): Promise<Registrations> {
    return this.#modules.registry.registrationsAt(slot);
  }

  async #currentSlot(): Promise<number> {
    return slotAt(await this.#modules.store.now());
  }

  #requireNext(slot: number): void {
    const expected = this.#nextToDecide;
    const closing = slot - WINDOW_LAG_SLOTS;
    if (slot !== expected)
      throw new ConsensusError({ code: "SLOT_OUT_OF_ORDER", action: "decide", slot, expected });
    if (closing < this.nextToClose) return;
    throw new ConsensusError({
      code: "SLOT_OUT_OF_ORDER",
      action: "decide",
      slot,
      expected: this.nextToClose + WINDOW_LAG_SLOTS - 1,
    });
  }

  /** Takes in the winners of slots up to one, each of which must be settled. */
  async #takeWins(last: number): Promise<void> {
    for (let slot = Math.max(this.firstSlot, this.#wonUntil + 1); slot <= last; slot += 1) {
      const settled = await this.#modules.store.leaderSchedule.get(slot);
      if (settled?.result === undefined) throw new ConsensusError({ code: "SLOT_UNSETTLED", slot });
      this.#wins.add(settled);
      this.#wonUntil = slot;
    }
  }

  async #beaconsOf(slot: number) {
    return this.#closed.beaconsOf(slot) ?? (await readRecordedBeacons(slot, this.#modules));
  }

  /** The window that ends with a closed slot: the own one, where no decision needs it as it is. */
  async #windowUntil(last: number): Promise<RollingWindow> {
    if (last >= this.#window.slots.last && this.#nextToDecide >= last + WINDOW_LAG_SLOTS) {
      await this.#window.advanceTo(last);
      return this.#window;
    }
    return await replayWindow(last + WINDOW_LAG_SLOTS, this.#modules);
  }
}
