import type { LeaderScheduleDocument } from "../../store/documents.ts";
import type { HeadBlock } from "../chain-view/known-heads.ts";
import { BLOCK_DEADLINE_SEC, FALLBACK_COUNT, SLOT_TIMEOUT_MS } from "../parameters.ts";
import { closingTime, slotStart } from "../slot-time.ts";
import { checkBlock } from "./check-block.ts";
import type { HeldSessions } from "./held-sessions.ts";
import type { Identity } from "./identity.ts";
import { leadSlot } from "./lead-slot.ts";
import { makeProofs, validateBlock } from "./make-proofs.ts";
import type { DutyModules } from "./modules.ts";
import type { NodeEvent } from "./node-event.ts";
import type { ChainView } from "./open-chain-view.ts";
import type { Retrying } from "./retrying.ts";

export interface SlotDutiesModules extends DutyModules {
  readonly headBlocks: ChainView["headBlocks"];
  readonly admissions: ChainView["admissions"];
  readonly corpus: ChainView["corpus"];
  readonly held: HeldSessions;
  readonly dataDir: string;
  /** The decision about a slot that this node reached; undefined where it has not (yet). */
  readonly decisionOf: (slot: number) => LeaderScheduleDocument | undefined;
  /** Whether this node takes part in what others rely on: its clocks agree, and it agrees with the others. */
  readonly mayLead: () => boolean;
  readonly retrying: Retrying;
  readonly onEvent: (event: NodeEvent) => void;
}

/** How often a head or a block is looked for. */
const LOOK_EVERY_MS = 3_000;
/** After a slot's deadline its block is there, or never will be; the store's answer may take a moment. */
const NO_BLOCK_AFTER_MS = (BLOCK_DEADLINE_SEC + 5) * 1_000;
const CANDIDATES_MS = (1 + FALLBACK_COUNT) * SLOT_TIMEOUT_MS;

/** What the nodes of a process do in a slot. Each duty ends by itself, at the latest when the slot's inputs are closed. */
export class SlotDuties {
  readonly #identities: readonly Identity[];
  readonly #modules: SlotDutiesModules;

  constructor(identities: readonly Identity[], modules: SlotDutiesModules) {
    this.#identities = identities;
    this.#modules = modules;
  }

  /** Waits for the slot's hash and makes the proofs of every node. */
  async prove(slot: number, signal: AbortSignal): Promise<void> {
    const { retrying, onEvent } = this.#modules;
    const until = closingTime(slot);
    const head = await this.#awaitHead(slot, signal);
    if (head === undefined) return;
    await Promise.all(
      this.#identities.map(async (identity) => {
        const { nodeId } = identity;
        const attempt = { action: "prove", slot, until, signal };
        const made = await retrying.run(attempt, async () =>
          (await this.#counts(nodeId, head)) ? await makeProofs(identity, head, this.#modules) : undefined,
        );
        if (made !== undefined) onEvent({ kind: "proved", slot, nodeId, made });
      }),
    );
  }

  /** Leads the slot with whichever node is a candidate. */
  async lead(decision: LeaderScheduleDocument, signal: AbortSignal): Promise<void> {
    const { slot, primary } = decision;
    if (primary === undefined || decision.result !== undefined) return;
    const { retrying, mayLead, onEvent } = this.#modules;
    const until = slotStart(slot) + CANDIDATES_MS;
    await Promise.all(
      this.#identities.map(async (identity) => {
        const attempt = { action: "lead", slot, until, signal };
        const outcome = await retrying.run(attempt, async () =>
          mayLead() ? await leadSlot(decision, identity, this.#modules, signal) : undefined,
        );
        if (outcome === undefined) return;
        const isCandidate = outcome.kind !== "not-taken" || outcome.reason !== "not-candidate";
        if (isCandidate) onEvent({ kind: "led", slot, nodeId: identity.nodeId, outcome });
      }),
    );
  }

  /** Waits for the slot's block, checks it, and signs it with every node. */
  async validate(slot: number, signal: AbortSignal): Promise<void> {
    const { clock, retrying, mayLead, onEvent } = this.#modules;
    const until = closingTime(slot);
    for (let at = slotStart(slot); at < until; at = clock.now() + LOOK_EVERY_MS) {
      await clock.sleepUntil(at, signal);
      if (!mayLead() || this.#modules.decisionOf(slot) === undefined) continue;
      const attempt = { action: "validate", slot, until, signal };
      const check = await retrying.run(attempt, () => checkBlock(slot, this.#checkModules()));
      if (check === undefined) return;
      if (check.verdict === "absent") {
        if (clock.now() > slotStart(slot) + NO_BLOCK_AFTER_MS) return;
        continue;
      }
      const { blockHash } = check;
      if (check.verdict === "valid") return await this.#sign(slot, blockHash, signal);
      // It may be mined a moment later; until the inputs are closed, nothing is lost by waiting.
      const isLast = clock.now() + LOOK_EVERY_MS >= until;
      if (check.fault.code !== "TRANSACTION_NOT_MINED" || isLast) {
        return onEvent({ kind: "block-refused", slot, blockHash, fault: check.fault });
      }
    }
  }

  async #sign(slot: number, blockHash: string, signal: AbortSignal): Promise<void> {
    const { retrying, onEvent } = this.#modules;
    const head = await this.#awaitHead(slot, signal);
    if (head === undefined) return;
    await Promise.all(
      this.#identities.map(async (identity) => {
        const { nodeId } = identity;
        const attempt = { action: "validate", slot, until: closingTime(slot), signal };
        const isNew = await retrying.run(attempt, async () =>
          (await this.#counts(nodeId, head))
            ? await validateBlock(identity, { slot, blockHash }, this.#modules)
            : undefined,
        );
        if (isNew === true) onEvent({ kind: "validated", slot, nodeId, blockHash });
      }),
    );
  }

  async #awaitHead(slot: number, signal: AbortSignal): Promise<HeadBlock | undefined> {
    const { clock, headBlocks, retrying } = this.#modules;
    const until = closingTime(slot);
    for (let at = slotStart(slot); at < until; at = clock.now() + LOOK_EVERY_MS) {
      await clock.sleepUntil(at, signal);
      const attempt = { action: "read the slot's hash", slot, until, signal };
      const head = await retrying.run(attempt, () => headBlocks.headBlock(slot));
      if (head !== undefined) return head;
    }
    return undefined;
  }

  #checkModules() {
    const { decisionOf } = this.#modules;
    const recomputeDecision = async (slot: number) => decisionOf(slot) as LeaderScheduleDocument;
    return { ...this.#modules, recomputeDecision };
  }

  /** Whether a node's proofs of a slot would count: it is registered, and holds its role at the slot's head. */
  async #counts(nodeId: string, head: HeadBlock): Promise<boolean> {
    const { membership, admissions } = this.#modules;
    const { inForce } = await membership.registrationsAt(head.slot);
    return inForce.get(nodeId)?.kind === "node" && (await admissions.isAdmitted(nodeId, head.number));
  }
}
