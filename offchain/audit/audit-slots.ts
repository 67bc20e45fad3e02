import { isLed, publicationOf } from "../consensus/node/check-block.ts";
import { type Beacons, outputsOf, relaysOf } from "../consensus/node/closed-slots.ts";
import { slotsInEpoch } from "../consensus/node/epoch-checkpoint.ts";
import { findHeads } from "../consensus/node/find-heads.ts";
import { inputsAhead } from "../consensus/node/inputs-ahead.ts";
import { readLeaderInput } from "../consensus/node/leader-input.ts";
import type { NodeRegistry } from "../consensus/node/node-registry.ts";
import type { ChainView } from "../consensus/node/open-chain-view.ts";
import { blocksBefore } from "../consensus/node/recent-blocks.ts";
import { readRecordedBeacons } from "../consensus/node/recorded-beacons.ts";
import { RelayCounts } from "../consensus/node/relay-counts.ts";
import { RollingWindow } from "../consensus/node/rolling-window.ts";
import type { SlotInputs } from "../consensus/node/slot-inputs.ts";
import { Wins } from "../consensus/node/wins.ts";
import { COOLDOWN_SLOTS, WINDOW_LAG_SLOTS, WINDOW_SLOTS } from "../consensus/parameters.ts";
import type { ProofVerifier } from "../consensus/proofs/verify-proofs.ts";
import { actsFor } from "../consensus/rules/acting-node.ts";
import { judgeRecord, publicationFault } from "../consensus/rules/block-faults.ts";
import { NO_BLOCK } from "../consensus/rules/block-record.ts";
import { decideLeader } from "../consensus/rules/decide-leader.ts";
import { relayedBytes } from "../consensus/rules/relayed-bytes.ts";
import { decisionDocument, talliesHash } from "../consensus/rules/transcript.ts";
import { epochOf, windowOf } from "../consensus/slot-time.ts";
import { MessageHasher } from "../consensus/typed-data/message-hasher.ts";
import type { LucidAnchorsClient } from "../contracts/lucid-anchors/client.ts";
import type { LeaderScheduleDocument, NewDecision, SlotTallyHead } from "../store/documents.ts";
import type { Store } from "../store/store.ts";
import { auditEpoch } from "./audit-epoch.ts";
import { AuditedTallies, type TakenRecord } from "./audited-tallies.ts";
import { ConcentrationCounts, type ConcentrationState } from "./concentration.ts";
import type { AuditFinding, Report } from "./finding.ts";
import { blockFinding, judgeDeadline } from "./judge-block.ts";
import { judgeDecision, parseTranscript } from "./judge-decision.ts";
import { judgeResult } from "./judge-result.ts";
import { judgeStamps } from "./judge-stamps.ts";
import { judgeTally } from "./judge-tally.ts";
import { wasMinedOtherwise } from "./mined-otherwise.ts";
import { replayRelays } from "./replay-before.ts";
import { firstDigest, nextDigest } from "./slot-digest.ts";

export interface AuditSlotsModules {
  readonly store: Store;
  readonly chain: ChainView;
  readonly registry: NodeRegistry;
  readonly verifier: ProofVerifier;
  readonly anchors: LucidAnchorsClient;
}

/** What the store has, as an audit found it when it began. */
export interface SlotBounds {
  /** The last slot that is decided. */
  readonly newestDecided: number;
  /** The last slot whose inputs are closed, or have to be. */
  readonly newestClosed: number;
}

/** What an audit of slots goes on with after it was interrupted. */
export interface SlotAuditState {
  readonly next: number;
  readonly digest: string;
  readonly proofs: number;
  readonly refusals: Readonly<Record<string, number>>;
  readonly concentration: ConcentrationState;
}

/** Slots whose heads are looked for at a time. */
const HEADS_AHEAD = 720;
/** Slots whose decisions and records are remembered while they are needed. */
const REMEMBERED = 2 * COOLDOWN_SLOTS;

/**
 * Replays slots one after the other: who leads, how it ended, its block, its closed inputs, and at an epoch's end its root.
 * What is wrong is reported, and the replay goes on with what the store's later documents rest on, so that one fault is not
 * found again in everything after it.
 */
export class SlotAudit {
  readonly concentration: ConcentrationCounts;
  readonly #modules: AuditSlotsModules;
  readonly #bounds: SlotBounds;
  readonly #report: Report;
  readonly #hasher: MessageHasher;
  readonly #tallies: AuditedTallies;
  readonly #window: RollingWindow;
  readonly #wins = new Wins();
  #counts = new RelayCounts();
  readonly #beacons = new Map<number, Beacons>();
  /** Records of slots that are not settled on yet, as one of the decisions that rest on them shows which was used. */
  readonly #candidates = new Map<number, readonly TakenRecord[]>();
  readonly #decided = new Map<number, LeaderScheduleDocument | undefined>();
  readonly #closed = new Map<number, SlotTallyHead | undefined>();
  /** Slots with a finding. */
  readonly #faulty = new Set<number>();
  #lastBlock: { readonly slot: number; readonly hash: string } | undefined;
  #next: number;
  #digest: string;
  #proofs: number;
  readonly #refusals: Map<string, number>;

  private constructor(
    next: number,
    bounds: SlotBounds,
    modules: AuditSlotsModules,
    report: Report,
    state: SlotAuditState | undefined,
  ) {
    const { chain, store, registry } = modules;
    this.#next = next;
    this.#bounds = bounds;
    this.#modules = modules;
    this.#report = (finding) => {
      if (finding.place.slot !== undefined) this.#faulty.add(finding.place.slot);
      report(finding);
    };
    this.#hasher = new MessageHasher(chain.domain);
    this.#tallies = new AuditedTallies(store.slotTallies);
    const first = windowOf(next, chain.firstSlot).first;
    this.#window = new RollingWindow(first, { store: { slotTallies: this.#tallies }, registry });
    this.#digest = state?.digest ?? firstDigest(next);
    this.#proofs = state?.proofs ?? 0;
    this.#refusals = new Map(Object.entries(state?.refusals ?? {}));
    this.concentration = new ConcentrationCounts(state?.concentration);
  }

  /**
   * Takes in, unverified, what the first slots to be audited rest on: the window's records, the winners, what was relayed.
   *
   * @param first the first slot to audit
   * @param state of an earlier run that ended before `first`
   */
  static async open(
    first: number,
    bounds: SlotBounds,
    modules: AuditSlotsModules,
    report: Report,
    {
      state,
      signal,
    }: { readonly state?: SlotAuditState | undefined; readonly signal?: AbortSignal | undefined } = {},
  ): Promise<SlotAudit> {
    const audit = new SlotAudit(first, bounds, modules, report, state);
    await audit.#replayBefore(first, signal);
    return audit;
  }

  /** keccak256 over the audited slots: their records, decisions and blocks. */
  get digest(): string {
    return this.#digest;
  }

  get state(): SlotAuditState {
    return {
      next: this.#next,
      digest: this.#digest,
      proofs: this.#proofs,
      refusals: Object.fromEntries(this.#refusals),
      concentration: this.concentration.state,
    };
  }

  /**
   * Audits the slots from the next one to another.
   *
   * @returns each slot that is done
   * @throws {ConsensusError} SLOT_HEAD_UNKNOWN where the chain does not show a slot's head, and what its view throws
   * @throws the signal's reason
   */
  async *run(last: number, signal?: AbortSignal): AsyncGenerator<number> {
    const { chain, store } = this.#modules;
    const lastInputs = Math.min(last, this.#bounds.newestClosed);
    const inputs = inputsAhead({ first: this.#next, last: lastInputs }, this.#modules, signal);
    for (let slot = this.#next; slot <= last; slot += 1) {
      signal?.throwIfAborted();
      if ((slot - this.#next) % HEADS_AHEAD === 0 || slot === this.#next) {
        const from = Math.max(chain.firstSlot + 1, slot - WINDOW_LAG_SLOTS);
        await findHeads(from, Math.min(slot + HEADS_AHEAD, lastInputs), chain.headBlocks);
      }
      const stored = await store.leaderSchedule.get(slot);
      this.#decided.set(slot, stored);
      await this.#auditDecision(slot, stored);
      const closing = slot - WINDOW_LAG_SLOTS;
      if (closing >= chain.firstSlot && closing === slotsInEpoch(epochOf(closing), chain.firstSlot).last) {
        await this.#auditEpochEnd(closing);
      }
      let head: SlotTallyHead | undefined;
      if (slot <= lastInputs) {
        const { value } = await inputs.next();
        head = await this.#auditInputs(slot, value as SlotInputs);
      }
      this.#take(slot, stored, head);
      this.#next = slot + 1;
      yield slot;
    }
    await inputs.return(undefined);
  }

  async #replayBefore(first: number, signal: AbortSignal | undefined): Promise<void> {
    const { store, chain } = this.#modules;
    if (first <= chain.firstSlot) return;
    const range = windowOf(first, chain.firstSlot);
    const relaying = await this.#window.advanceTo(Math.max(range.first - 1, range.last - 1));
    const relayingSlots = [...relaying];
    for (let slot = Math.max(chain.firstSlot, range.last); slot < first; slot += 1) {
      const head = await store.slotTallies.get(slot);
      this.#closed.set(slot, head);
      if (head !== undefined) {
        relayingSlots.push(slot);
        this.#beacons.set(slot, await readRecordedBeacons(slot, this.#modules));
      }
    }
    this.#counts = await replayRelays([...new Set(relayingSlots)], this.#modules, signal);
    const firstWin = Math.max(chain.firstSlot, first - WINDOW_SLOTS);
    for (let slot = firstWin; slot < first; slot += 1) {
      const stored = await store.leaderSchedule.get(slot);
      if (slot >= first - REMEMBERED) this.#decided.set(slot, stored);
      if (stored !== undefined) this.#wins.add(stored);
    }
    const [latest] = await blocksBefore(store, first, 1);
    this.#lastBlock = latest;
  }

  async #auditDecision(slot: number, stored: LeaderScheduleDocument | undefined): Promise<void> {
    const { chain, store } = this.#modules;
    await this.#settleRecord(slot - WINDOW_LAG_SLOTS, stored);
    if (slot - WINDOW_LAG_SLOTS >= chain.firstSlot) await this.#window.advanceTo(slot - WINDOW_LAG_SLOTS);
    const beacons = this.#beacons.get(slot - WINDOW_LAG_SLOTS) ?? new Map<string, string>();
    const input = await readLeaderInput(
      slot,
      { window: this.#window, wins: this.#wins, beacons },
      this.#modules,
    );
    const decision = decideLeader(input);
    const { talliesRoots } = this.#window;
    const document = decisionDocument(decision, { ...windowOf(slot, chain.firstSlot), talliesRoots });
    if (stored === undefined) {
      const expected = document.primary ?? "a decision that nobody leads";
      this.#report({ code: "DECISION_MISSING", place: { slot }, expected, found: "absent" });
    } else {
      const decisionFinding = judgeDecision(stored, { document, decision, input });
      if (decisionFinding !== undefined) this.#report(decisionFinding);
      const before = this.#faulty.has(slot - 1) ? undefined : this.#decided.get(slot - 1);
      const closed = this.#faulty.has(slot - WINDOW_LAG_SLOTS)
        ? undefined
        : this.#closed.get(slot - WINDOW_LAG_SLOTS);
      const isOver = slot < this.#bounds.newestDecided;
      const resultFinding = isOver ? this.#resultFinding(stored, document) : undefined;
      if (resultFinding !== undefined) this.#report(resultFinding);
      else {
        const stamp = judgeStamps({ stored, before, closed });
        if (stamp !== undefined) this.#report(stamp);
      }
      if (decisionFinding === undefined && resultFinding === undefined)
        await this.#auditBlock(slot, stored, document);
      if (stored.block !== undefined) this.#lastBlock = { slot, hash: stored.block.hash };
    }
    const next = this.#faulty.has(slot) ? await store.leaderSchedule.get(slot + 1) : undefined;
    this.#wins.add(this.#winOf(slot, stored, next));
  }

  /** A result is wrong only if neither the stored decision nor the one made again allows it: one of them it was made by. */
  #resultFinding(stored: LeaderScheduleDocument, own: NewDecision): AuditFinding | undefined {
    const finding = judgeResult(stored, own);
    return finding === undefined ? undefined : judgeResult(stored, stored) && finding;
  }

  async #auditBlock(slot: number, led: LeaderScheduleDocument, decision: NewDecision): Promise<void> {
    if (!isLed(led)) return;
    const { store, registry, anchors } = this.#modules;
    const late = judgeDeadline(led);
    if (late !== undefined) this.#report(late);
    const registrations = await registry.registrationsAt(slot);
    const { signer } = led.block;
    const { record, fault } = judgeRecord(
      led,
      {
        decision,
        previous: this.#lastBlock?.hash ?? NO_BLOCK,
        isSignerActing:
          actsFor(registrations, signer, led.result.winner) && (await this.#isAdmitted(signer, slot)),
      },
      this.#hasher,
    );
    const publication = record && (await publicationOf(record, { store, anchors }));
    const unfit = record && publication && publicationFault(record, publication);
    const found = fault ?? unfit;
    if (found === undefined) return;
    if (found.code === "TRANSACTION_NOT_MINED" && (await wasMinedOtherwise(found.txid, this.#modules)))
      return;
    this.#report(blockFinding(slot, found, this.#lastBlock?.slot));
  }

  async #isAdmitted(nodeId: string, slot: number): Promise<boolean> {
    const { headBlocks, admissions } = this.#modules.chain;
    const head = await headBlocks.headBlock(slot - WINDOW_LAG_SLOTS);
    return head !== undefined && (await admissions.isAdmitted(nodeId, head.number));
  }

  /** Who won a slot; of one with a fault, as the decision after it has it. */
  #winOf(
    slot: number,
    stored: LeaderScheduleDocument | undefined,
    next: LeaderScheduleDocument | undefined,
  ): Pick<LeaderScheduleDocument, "slot" | "result"> {
    const transcript = next && parseTranscript(next);
    if (transcript === undefined) return { slot, ...(stored?.result && { result: stored.result }) };
    const winner = transcript.recentWinners.find((one) => one.slot === slot)?.entityId;
    if (winner === undefined) return { slot };
    return { slot, result: { winner, reason: "primary", takenAt: stored?.result?.takenAt ?? 0 } };
  }

  async #auditInputs(slot: number, inputs: SlotInputs): Promise<SlotTallyHead | undefined> {
    const head = await this.#modules.store.slotTallies.get(slot);
    this.#closed.set(slot, head);
    const before = (commitment: string, entityId: string) => this.#counts.before(commitment, entityId);
    const judged = await judgeTally(head, inputs, before, this.#modules);
    for (const finding of judged.findings) this.#report(finding);
    if (judged.candidates.length > 0) this.#candidates.set(slot, judged.candidates);
    this.concentration.add(judged.claims, this.#counts);
    this.#counts.add(slot, relayedBytes(relaysOf(judged.claims), before));
    this.#beacons.set(slot, outputsOf(judged.claims));
    this.#proofs += judged.claims.length + inputs.refusals.total;
    for (const [reason, count] of Object.entries(inputs.refusals.toJSON())) {
      this.#refusals.set(reason, (this.#refusals.get(reason) ?? 0) + count);
    }
    return head;
  }

  /** Goes on with that one of a slot's possible records which the decision two slots later rests on. */
  async #settleRecord(slot: number, decided: LeaderScheduleDocument | undefined): Promise<void> {
    const candidates = this.#candidates.get(slot);
    if (candidates === undefined) return;
    this.#candidates.delete(slot);
    const wanted = decided && parseTranscript(decided)?.window.talliesHash;
    const { first, last } = this.#window.slots;
    const isFull = last - first + 1 >= WINDOW_SLOTS;
    const roots = isFull ? this.#window.talliesRoots.slice(1) : this.#window.talliesRoots;
    const used = candidates.find(({ head }) => talliesHash([...roots, head.talliesRoot]) === wanted);
    const taken = used ?? (candidates[0] as TakenRecord);
    this.#tallies.replace(slot, taken);
    this.#beacons.set(slot, outputsOf(taken.claims));
  }

  async #auditEpochEnd(last: number): Promise<void> {
    const { store, chain, registry } = this.#modules;
    const { leaderSchedule, workTally, attestations } = store;
    const audited = {
      epoch: epochOf(last),
      standings: this.#window.credits,
      beacons: this.#beacons.get(last) ?? new Map<string, string>(),
      newestSlot: this.#bounds.newestDecided,
    };
    const epochStore = { slotTallies: this.#tallies, leaderSchedule, workTally, attestations };
    await auditEpoch(audited, { store: epochStore, chain, registry }, this.#report);
  }

  #take(slot: number, stored: LeaderScheduleDocument | undefined, head: SlotTallyHead | undefined): void {
    this.#digest = nextDigest(this.#digest, slot, stored, head);
    for (const kept of [this.#decided, this.#closed, this.#beacons]) kept.delete(slot - REMEMBERED);
  }
}
