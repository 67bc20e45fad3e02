import type { Wallet } from "ethers";
import type { Logger } from "../../logger.ts";
import type { LeaderScheduleDocument, SlotTallyHead } from "../../store/documents.ts";
import type { Store } from "../../store/store.ts";
import type { ProofVerifier } from "../proofs/verify-proofs.ts";
import type { LeaderDecision } from "../rules/decide-leader.ts";
import type { EpochHead } from "../rules/epoch-root.ts";
import type { RankExplanation } from "../rules/explain-rank.ts";
import type { Refusal } from "../rules/proofs/refusal.ts";
import type { Registrations } from "../rules/registrations.ts";
import type { WorkTallyRow } from "../rules/work-tally.ts";
import type { ChainView } from "./open-chain-view.ts";

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
export interface EpochCheckpoint {
  readonly epoch: number;
  /** What is attested on chain. */
  readonly root: string;
  readonly head: EpochHead;
  /** Best rank first, as in work_tally. */
  readonly rows: readonly WorkTallyRow[];
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

/** What consensus has concluded, replayable from store and chain. Calls are made one after the other. */
export class ConsensusState {
  readonly firstSlot: number;

  private constructor({ chain }: ConsensusStateModules) {
    this.firstSlot = chain.firstSlot;
  }

  /** Builds the state again from closed slots and decisions. Writes nothing. */
  static async open(modules: ConsensusStateModules): Promise<ConsensusState> {
    return new ConsensusState(modules);
  }

  /** The slot to close next: all before it are closed. */
  get nextToClose(): number {
    throw new Error("being built");
  }

  /** The slot to decide next: all before it are decided. */
  get nextToDecide(): number {
    throw new Error("being built");
  }

  /**
   * Closes, decides and settles, in order, every slot that is over by the store's clock, after a downtime or at the
   * first start: afterwards the current slot is the next to decide.
   */
  async catchUp(_closer: Wallet, _signal?: AbortSignal): Promise<void> {
    throw new Error("being built");
  }

  /**
   * Closes a slot's inputs, or compares them with the record of whoever closed it first.
   *
   * @throws {ConsensusError} TALLY_DIFFERS: the record holds what no valid proof supports, so the node must stop leading;
   * SLOT_STILL_OPEN, SLOT_HEAD_UNKNOWN: try again later; SLOT_OUT_OF_ORDER
   */
  async closeSlot(_slot: number, _closer: Wallet): Promise<ClosedSlot> {
    throw new Error("being built");
  }

  /**
   * Writes `missed` for a slot that nobody took, once its last candidate's time is over. Must be done for s-1 before s
   * is decided.
   *
   * @throws {ConsensusError} SLOT_UNDECIDED, SLOT_STILL_OPEN
   */
  async settleSlot(_slot: number): Promise<LeaderScheduleDocument> {
    throw new Error("being built");
  }

  /**
   * Decides a slot whose window is closed, and stores the decision.
   *
   * @throws {ConsensusError} DECISION_DIFFERS: the stored transcript is another one, so the node must stop leading;
   * SLOT_HEAD_UNKNOWN: try again later; SLOT_OUT_OF_ORDER, SLOT_UNSETTLED
   */
  async decideSlot(_slot: number): Promise<LeaderScheduleDocument> {
    throw new Error("being built");
  }

  /** After the epoch's last slot is closed: writes work_tally, computes the root. @throws {ConsensusError} TALLY_DIFFERS */
  async checkpoint(_epoch: number): Promise<EpochCheckpoint> {
    throw new Error("being built");
  }

  /** A slot's decision with its ranking and, for an entity, why it does not lead. */
  async explain(_slot: number, _entityId?: string): Promise<SlotExplanation> {
    throw new Error("being built");
  }

  /** The registrations in force at a slot. */
  async registrationsAt(_slot: number): Promise<Registrations> {
    throw new Error("being built");
  }
}
