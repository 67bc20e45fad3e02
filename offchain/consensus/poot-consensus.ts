import type { LucidAnchorsClient } from "../contracts/lucid-anchors/client.ts";
import type { LucidCheckpointsClient } from "../contracts/lucid-checkpoints/client.ts";
import type { LucidError } from "../errors.ts";
import type { Logger } from "../logger.ts";
import { OneAtATime } from "../one-at-a-time.ts";
import type { LeaderScheduleDocument } from "../store/documents.ts";
import type { Store } from "../store/store.ts";
import type { ChainBlocks } from "./chain-view/chain-blocks.ts";
import { requireRegularBlocks } from "./chain-view/require-regular-blocks.ts";
import { ConsensusError } from "./errors.ts";
import { attestEpoch } from "./node/attest-epoch.ts";
import type { Clock } from "./node/clock.ts";
import { clockDifference } from "./node/clock-difference.ts";
import { otherRoot } from "./node/compare-attestations.ts";
import { ConsensusState, type EpochCheckpoint } from "./node/consensus-state.ts";
import { describeEvent } from "./node/describe-event.ts";
import { HeldSessions } from "./node/held-sessions.ts";
import type { Identity } from "./node/identity.ts";
import type { NodeEvent } from "./node/node-event.ts";
import type { ChainView } from "./node/open-chain-view.ts";
import { Retrying } from "./node/retrying.ts";
import { SlotDuties } from "./node/slot-duties.ts";
import { StoreClock } from "./node/store-clock.ts";
import { REGISTRATION_DELAY_SLOTS, WINDOW_LAG_SLOTS } from "./parameters.ts";
import type { ProofVerifier } from "./proofs/verify-proofs.ts";
import { closingTime, epochOf, slotAt, slotStart } from "./slot-time.ts";

export interface PootConsensusOptions {
  /** The nodes of this process, at least one; the first closes and attests as itself, like the others. */
  readonly identities: readonly Identity[];
  /** LUCID_DATA_DIR: sessions that are kept here, and receipts. */
  readonly dataDir: string;
  /** Told of what happens, beside the log. */
  readonly onEvent?: (event: NodeEvent) => void;
}

export interface PootConsensusModules {
  readonly store: Store;
  readonly chain: ChainView;
  readonly blocks: ChainBlocks;
  readonly anchors: LucidAnchorsClient;
  readonly checkpoints: LucidCheckpointsClient;
  readonly verifier: ProofVerifier;
  /** Of this machine; what decides is the store's, which is compared with it. */
  readonly clock: Clock;
  readonly logger: Logger;
}

/** While clocks differ, they are compared this often. */
const COMPARE_EVERY_MS = 5_000;
/** An hour: a chain that does not answer for longer is left to `poot attest`, or to the next start. */
const ATTEST_FOR_SLOTS = 30;
/** Decisions that are kept for the duties of their slots. */
const KEPT_DECISIONS = 8;

/**
 * PoOT, as one process runs it for its nodes: in every slot they prove, and one of them closes what others proved two
 * slots ago, decides who leads, leads if it is its turn, and all check the block. After an epoch's last slot they attest
 * its root.
 *
 * What fails because a store or a chain does not answer is told and tried again. Where the node concludes something else
 * than the record, it says so and no longer closes, leads, validates or attests; its own proofs it goes on to make.
 */
export class PootConsensus {
  readonly #options: PootConsensusOptions;
  readonly #modules: PootConsensusModules;
  readonly #state: ConsensusState;
  readonly #clock: StoreClock;
  readonly #blockGapMs: number;
  readonly #turns = new OneAtATime();
  readonly #decisions = new Map<number, LeaderScheduleDocument>();
  readonly #duties: SlotDuties;
  readonly #retrying: Retrying;
  readonly #underWay = new Set<Promise<void>>();
  #checkpoint: EpochCheckpoint | undefined;
  #areClocksApart = false;
  #disagreement: LucidError | undefined;

  private constructor(
    options: PootConsensusOptions,
    modules: PootConsensusModules,
    { state, clock, blockGapMs }: { state: ConsensusState; clock: StoreClock; blockGapMs: number },
  ) {
    this.#options = options;
    this.#modules = modules;
    this.#state = state;
    this.#clock = clock;
    this.#blockGapMs = blockGapMs;
    const onEvent = (event: NodeEvent) => this.#tell(event);
    const onDisagreement = (slot: number, error: LucidError) => this.#disagree(slot, error);
    this.#retrying = new Retrying({ clock, onEvent, onDisagreement });
    const { store, anchors, chain } = modules;
    const { domain, confirmed, headBlocks, admissions, corpus } = chain;
    this.#duties = new SlotDuties(options.identities, {
      ...{ store, anchors, domain, confirmed, headBlocks, admissions, corpus, clock, onEvent },
      membership: {
        registrationsAt: (slot) => this.#turns.run(() => state.registrationsAt(slot)),
        isAdmitted: (nodeId, slot) => this.#isAdmitted(nodeId, slot),
      },
      held: new HeldSessions(options.dataDir),
      dataDir: options.dataDir,
      decisionOf: (slot) => this.#decisions.get(slot),
      mayLead: () => this.#disagreement === undefined && !this.#areClocksApart,
      retrying: this.#retrying,
    });
  }

  /**
   * Checks that the chain is fit for slots, and builds what was concluded before.
   *
   * @throws {ConsensusError} CHAIN_BLOCKS_IRREGULAR, CHAIN_TOO_SLOW, CHAIN_BLOCK_NOT_SHOWN, and as ConsensusState.open
   * @throws {StoreError}
   * @throws {EvmError} where the chain cannot be reached
   * @throws the signal's reason
   */
  static async start(
    options: PootConsensusOptions,
    modules: PootConsensusModules,
    signal: AbortSignal,
  ): Promise<PootConsensus> {
    const { store, chain, blocks, verifier, logger } = modules;
    const clock = new StoreClock(modules.clock, () => store.now());
    await clock.measure();
    const { longestGapSec } = await requireRegularBlocks(chain.confirmed.confirmations, {
      blocks,
      now: () => clock.now(),
      sleep: (ms) => clock.sleepUntil(clock.now() + ms, signal),
    });
    const state = await ConsensusState.open({ store, chain, verifier, logger });
    return new PootConsensus(options, modules, { state, clock, blockGapMs: longestGapSec * 1_000 });
  }

  /**
   * Runs until the signal is aborted, and ends when what was under way has ended.
   *
   * @throws what is a fault of the program
   */
  async run(signal: AbortSignal): Promise<void> {
    const fault = new AbortController();
    const ending = AbortSignal.any([signal, fault.signal]);
    this.#tell({ kind: "ready", firstSlot: this.#state.firstSlot, slot: slotAt(this.#clock.now()) });
    this.#spawn(this.#decideSlots(ending, fault), ending, fault);
    this.#spawn(this.#followSlots(ending, fault), ending, fault);
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
    if (!signal.aborted) throw fault.signal.reason;
  }

  /** Proofs and validations, slot by slot; those of the slot before may still be in time after a restart. */
  async #followSlots(signal: AbortSignal, fault: AbortController): Promise<void> {
    for (let slot = slotAt(this.#clock.now()) - 1; ; slot = Math.max(slot + 1, slotAt(this.#clock.now()))) {
      await this.#clock.sleepUntil(slotStart(slot), signal);
      // Nobody is registered before.
      if (slot < this.#state.firstSlot + REGISTRATION_DELAY_SLOTS) continue;
      this.#spawn(this.#duties.prove(slot, signal), signal, fault);
      this.#spawn(this.#duties.validate(slot, signal), signal, fault);
    }
  }

  async #decideSlots(signal: AbortSignal, fault: AbortController): Promise<void> {
    const [closer] = this.#options.identities as readonly [Identity, ...Identity[]];
    for (;;) {
      if (!(await this.#areClocksTogether(signal))) continue;
      const current = slotAt(this.#clock.now());
      if (this.#disagreement !== undefined) {
        await this.#clock.sleepUntil(slotStart(current + 1), signal);
        continue;
      }
      const isBehind = this.#state.nextToDecide < current;
      const slot = isBehind ? current : this.#state.nextToDecide;
      const until = slotStart(slot + 1);
      if (!isBehind) {
        await this.#clock.sleepUntil(closingTime(slot - WINDOW_LAG_SLOTS), signal);
        // A clock may have been set meanwhile: it is almost a slot since they were compared.
        if (!(await this.#areClocksTogether(signal))) continue;
      }
      const action = isBehind ? "catch up" : "decide";
      const decision = await this.#retrying.run({ action, slot, until, signal }, () =>
        isBehind ? this.#catchUp(closer, signal) : this.#conclude(slot, closer),
      );
      if (decision === undefined) continue;
      this.#keep(decision);
      this.#spawn(this.#duties.lead(decision, signal), signal, fault);
      await this.#retrying.run({ action: "checkpoint", slot, until, signal }, () =>
        this.#checkpointIfDue(slot, signal, fault),
      );
    }
  }

  /** Concludes everything that is due. @returns the decision about the current slot */
  async #catchUp({ wallet }: Identity, signal: AbortSignal): Promise<LeaderScheduleDocument | undefined> {
    await this.#turns.run(() => this.#state.catchUp(wallet, signal));
    return await this.#modules.store.leaderSchedule.get(this.#state.nextToDecide - 1);
  }

  #keep(decision: LeaderScheduleDocument): void {
    const { slot } = decision;
    this.#decisions.set(slot, decision);
    for (const kept of this.#decisions.keys())
      if (kept <= slot - KEPT_DECISIONS) this.#decisions.delete(kept);
    this.#tell({ kind: "decided", slot, decision });
  }

  /** Closes the last slot of the window, settles the slot before, and decides. */
  async #conclude(slot: number, { wallet }: Identity): Promise<LeaderScheduleDocument> {
    const { firstSlot } = this.#state;
    while (this.#state.nextToClose <= slot - WINDOW_LAG_SLOTS) {
      const closing = this.#state.nextToClose;
      const closed = await this.#turns.run(() => this.#state.closeSlot(closing, wallet));
      this.#tell({ kind: "closed", slot: closing, closed });
    }
    if (slot - 1 >= firstSlot) {
      const decision = await this.#turns.run(() => this.#state.settleSlot(slot - 1));
      this.#tell({ kind: "settled", slot: slot - 1, decision });
    }
    return await this.#turns.run(() => this.#state.decideSlot(slot));
  }

  /** Once an epoch's last slot is closed: computes its root and attests it; later, compares it with what others attested. */
  async #checkpointIfDue(slot: number, signal: AbortSignal, fault: AbortController): Promise<void> {
    const epoch = epochOf(this.#state.nextToClose) - 1;
    const isDue = epoch >= epochOf(this.#state.firstSlot) && this.#checkpoint?.epoch !== epoch;
    if (isDue) {
      const checkpoint = await this.#turns.run(() => this.#state.checkpoint(epoch));
      this.#checkpoint = checkpoint;
      this.#tell({ kind: "checkpointed", checkpoint });
      if (checkpoint.hasOmissions === false) this.#spawn(this.#attest(checkpoint, signal), signal, fault);
    } else if (this.#checkpoint !== undefined) await this.#compareRoots(this.#checkpoint, slot);
  }

  async #attest(checkpoint: EpochCheckpoint, signal: AbortSignal): Promise<void> {
    const { epoch, root } = checkpoint;
    const slot = slotAt(this.#clock.now());
    const until = slotStart(slot + ATTEST_FOR_SLOTS);
    await Promise.all(
      this.#options.identities.map(async ({ wallet, nodeId }) => {
        const attempt = { action: "attest", slot, until, signal };
        const attested = await this.#retrying.run(attempt, async () =>
          (await this.#isAdmitted(nodeId, slot))
            ? { txid: await attestEpoch(checkpoint, wallet, this.#modules.checkpoints) }
            : undefined,
        );
        if (attested !== undefined) this.#tell({ kind: "attested", epoch, root, nodeId, ...attested });
      }),
    );
  }

  async #compareRoots({ epoch, root }: EpochCheckpoint, slot: number): Promise<void> {
    const { attestations, confirmed } = this.#modules.chain;
    const newest = await confirmed.newest();
    if (newest === undefined) return;
    const other = otherRoot(root, await attestations.ofEpoch(epoch, newest));
    if (other === undefined) return;
    const details = { epoch, own: root, attested: other.root, attestations: other.count };
    this.#disagree(slot, new ConsensusError({ code: "EPOCH_ROOT_DIFFERS", ...details }));
  }

  /** As the decision about a slot has it: at the head of the slot that its seed comes from. */
  async #isAdmitted(nodeId: string, slot: number): Promise<boolean> {
    const { headBlocks, admissions } = this.#modules.chain;
    const head = await headBlocks.headBlock(slot - WINDOW_LAG_SLOTS);
    return head !== undefined && (await admissions.isAdmitted(nodeId, head.number));
  }

  /** Compares the clocks of store, chain and machine; where they are apart, waits a little. */
  async #areClocksTogether(signal: AbortSignal): Promise<boolean> {
    const slot = slotAt(this.#clock.now());
    const until = slotStart(slot + 1);
    const difference = await this.#retrying.run(
      { action: "compare clocks", slot, until, signal },
      async () => {
        await this.#clock.measure();
        const { blocks } = this.#modules;
        const latest = await blocks.block(await blocks.latest());
        const chainAheadMs = latest === undefined ? 0 : latest.timestamp * 1_000 - this.#clock.now();
        const storeAheadMs = this.#clock.aheadMs;
        return { found: clockDifference({ storeAheadMs, chainAheadMs, blockGapMs: this.#blockGapMs }) };
      },
    );
    if (difference === undefined) return false;
    const { found } = difference;
    if (found !== undefined && !this.#areClocksApart)
      this.#tell({ kind: "clocks-differ", difference: found });
    if (found === undefined && this.#areClocksApart) this.#tell({ kind: "clocks-agree" });
    this.#areClocksApart = found !== undefined;
    if (found !== undefined) await this.#clock.sleepUntil(this.#clock.now() + COMPARE_EVERY_MS, signal);
    return found === undefined;
  }

  /** Lets something go on beside the rest; its fault ends the node. */
  #spawn(work: Promise<void>, signal: AbortSignal, fault: AbortController): void {
    const watched = work
      .catch((error: unknown) => {
        if (!signal.aborted) fault.abort(error);
      })
      .finally(() => this.#underWay.delete(watched));
    this.#underWay.add(watched);
  }

  #disagree(slot: number, error: LucidError): void {
    if (this.#disagreement !== undefined) return;
    this.#disagreement = error;
    this.#tell({ kind: "disagreement", slot, error });
  }

  #tell(event: NodeEvent): void {
    const { level, text, fields } = describeEvent(event);
    this.#modules.logger[level](fields, text);
    this.#options.onEvent?.(event);
  }
}
