import type { RegisteredSession } from "../../contracts/lucid-anchors/reader.ts";
import { MAX_TIME_SECONDS } from "../../sessions/limits.ts";
import { type Session, sessionCommitment } from "../../sessions/session.ts";
import { ConsensusError } from "../errors.ts";
import { WINDOW_SLOTS } from "../parameters.ts";
import { epochOf, slotsOfEpoch } from "../slot-time.ts";
import type { ConfirmedBlocks } from "./confirmed-blocks.ts";
import { EventCursor, type EventSource } from "./event-cursor.ts";
import { readFirstSlot } from "./first-slot.ts";
import type { HeadBlocks } from "./head-block.ts";
import type { HeadBlock } from "./known-heads.ts";

/** A session that got its own slot in LucidAnchors. */
export interface SeenSession {
  readonly commitment: string;
  readonly session: Session;
  readonly blockNumber: number;
  readonly logIndex: number;
}

/** The same with the time of its event's block, in Unix seconds. */
export interface CountingSession extends SeenSession {
  readonly registeredAt: number;
}

export interface RegisteredSessionsModules {
  readonly confirmed: ConfirmedBlocks;
  readonly headBlocks: HeadBlocks;
  /** SessionRegistered events of LucidAnchors. */
  readonly registeredSessions: EventSource<RegisteredSession>;
}

/** What a slot counts, by the block in which it begins. */
interface Window {
  readonly slot: number;
  readonly firstBlock: number;
}

/**
 * The sessions that count for relay receipts: those whose own registration is at most 5,040 slots before the slot in
 * which a receipt is claimed. Held in memory for the slots of the epoch that was asked for last and of the one before it;
 * older events are dropped when an epoch begins.
 *
 * Both methods throw ConsensusError SLOT_BEFORE_VIEW for an older slot, what HeadBlocks and EventCursor throw, and
 * EvmError where the chain cannot be reached.
 */
export class RegisteredSessions {
  readonly #modules: RegisteredSessionsModules;
  readonly #deploymentBlock: number;
  /** By commitment, in chain order. */
  readonly #sessions = new Map<string, SeenSession>();
  /** Commitments by session id, in chain order. */
  readonly #bySessionId = new Map<string, string[]>();
  /** Unix seconds, by block number; of the blocks whose sessions were asked for. */
  readonly #blockTimes = new Map<number, number>();
  #cursor: EventCursor<RegisteredSession> | undefined;
  /** The first slot that can be asked for. */
  #oldestSlot = 0;
  #window: Window | undefined;

  /** @param deploymentBlock before which LucidAnchors has no events */
  constructor(deploymentBlock: number, modules: RegisteredSessionsModules) {
    this.#deploymentBlock = deploymentBlock;
    this.#modules = modules;
  }

  /** The session with a commitment, where it counts in the slot; undefined where it does not. */
  async byCommitment(commitment: string, head: HeadBlock): Promise<CountingSession | undefined> {
    const [counting] = await this.#counting(head, () => [commitment]);
    return counting;
  }

  /**
   * The sessions under an id that count in the slot, in chain order: an owner may sign two contents under one id, and
   * anybody may use another's id.
   *
   * @param sessionId bytes32 hex
   */
  bySessionId(sessionId: string, head: HeadBlock): Promise<readonly CountingSession[]> {
    return this.#counting(head, () => this.#bySessionId.get(sessionId) ?? []);
  }

  async #counting(head: HeadBlock, find: () => readonly string[]): Promise<readonly CountingSession[]> {
    const { firstBlock } = await this.#readTo(head);
    const seen = find()
      .map((commitment) => this.#sessions.get(commitment))
      .filter((one) => one !== undefined)
      .filter(({ blockNumber }) => blockNumber >= firstBlock && blockNumber <= head.number);
    const counting: CountingSession[] = [];
    for (const one of seen) counting.push({ ...one, registeredAt: await this.#timeOf(one.blockNumber) });
    return counting;
  }

  async #timeOf(blockNumber: number): Promise<number> {
    const known = this.#blockTimes.get(blockNumber);
    if (known !== undefined) return known;
    const { timestamp } = await this.#modules.confirmed.at(blockNumber);
    this.#blockTimes.set(blockNumber, timestamp);
    return timestamp;
  }

  async #readTo(head: HeadBlock): Promise<Window> {
    this.#requireInView(head);
    await this.#moveTo(head);
    await this.#cursor?.readTo(head.number);
    const window =
      this.#window?.slot === head.slot
        ? this.#window
        : { slot: head.slot, firstBlock: await this.#firstBlockOf(head.slot - WINDOW_SLOTS, head) };
    this.#window = window;
    // A later slot may have been asked for meanwhile.
    this.#requireInView(head);
    return window;
  }

  #requireInView({ slot }: HeadBlock): void {
    const oldestSlot = this.#oldestSlot;
    if (slot < oldestSlot) throw new ConsensusError({ code: "SLOT_BEFORE_VIEW", slot, oldestSlot });
  }

  /** Drops what no slot of this epoch and of the one before it counts; the first time, begins to read there. */
  async #moveTo(head: HeadBlock): Promise<void> {
    const oldestSlot = slotsOfEpoch(epochOf(head.slot) - 1).first;
    if (this.#cursor !== undefined && oldestSlot <= this.#oldestSlot) return;
    const firstBlock = await this.#firstBlockOf(oldestSlot - WINDOW_SLOTS, head);
    const { confirmed, registeredSessions: source } = this.#modules;
    this.#cursor ??= new EventCursor(firstBlock, {
      confirmed,
      source,
      apply: (events) => {
        for (const event of events) this.#add(event);
      },
    });
    this.#oldestSlot = Math.max(this.#oldestSlot, oldestSlot);
    this.#dropBefore(firstBlock);
  }

  /** Number of the first block that is not before a slot, or of the deployment where that is later. */
  async #firstBlockOf(slot: number, head: HeadBlock): Promise<number> {
    const { confirmed, headBlocks } = this.#modules;
    if (slot <= (await readFirstSlot(this.#deploymentBlock, confirmed))) return this.#deploymentBlock;
    const before = await headBlocks.headBlock(slot);
    if (before !== undefined) return before.number + 1;
    // The head of a later slot is known, so this one is too, unless the endpoint shows less than it did.
    throw new ConsensusError({ code: "CHAIN_BLOCK_NOT_SHOWN", blockNumber: head.number });
  }

  #add({ session, blockNumber, logIndex }: RegisteredSession): void {
    // No manifest has a later start, and the commitment could not be computed from a rounded number.
    if (session.startedAt > MAX_TIME_SECONDS) return;
    const commitment = sessionCommitment(session);
    this.#sessions.set(commitment, { commitment, session, blockNumber, logIndex });
    const sameId = this.#bySessionId.get(session.sessionId);
    if (sameId === undefined) this.#bySessionId.set(session.sessionId, [commitment]);
    else sameId.push(commitment);
  }

  /** Forgets the sessions, and the times, of blocks before one. */
  #dropBefore(firstBlock: number): void {
    for (const { commitment, session, blockNumber } of this.#sessions.values()) {
      if (blockNumber >= firstBlock) break;
      this.#sessions.delete(commitment);
      // They go in the order in which they came.
      const sameId = this.#bySessionId.get(session.sessionId);
      sameId?.shift();
      if (sameId?.length === 0) this.#bySessionId.delete(session.sessionId);
    }
    for (const blockNumber of this.#blockTimes.keys()) {
      if (blockNumber < firstBlock) this.#blockTimes.delete(blockNumber);
    }
  }
}
