import { id, Wallet } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { localKey } from "../../devnet/anvil.ts";
import { type InProcessChain, startInProcessChain } from "../../devnet/in-process-chain.ts";
import { ManualClock } from "../../devnet/manual-clock.ts";
import { sealedSessions } from "../../devnet/sealed-sessions.ts";
import { queueSessions } from "../../offchain/anchoring/queue-sessions.ts";
import type { CheckModules } from "../../offchain/consensus/node/check-block.ts";
import { type Identity, identityOf } from "../../offchain/consensus/node/identity.ts";
import { leadSlot } from "../../offchain/consensus/node/lead-slot.ts";
import type { DutyModules } from "../../offchain/consensus/node/modules.ts";
import { decideLeader } from "../../offchain/consensus/rules/decide-leader.ts";
import type { Registration } from "../../offchain/consensus/rules/registration-state.ts";
import type { Registrations } from "../../offchain/consensus/rules/registrations.ts";
import { decisionDocument } from "../../offchain/consensus/rules/transcript.ts";
import { slotStart } from "../../offchain/consensus/slot-time.ts";
import type { PootDomain } from "../../offchain/consensus/typed-data/domain.ts";
import type { SealedSession } from "../../offchain/sessions/sealed-session.ts";
import type { LeaderScheduleDocument, NewDecision } from "../../offchain/store/documents.ts";
import type { Store } from "../../offchain/store/store.ts";
import { standingsOf } from "./standings.ts";

export const FIRST_SLOT = 700_000;

export const nodeOf = (key: string): Identity =>
  identityOf(new Wallet(key), Buffer.from(id(key).slice(2), "hex"));

/** What a world stands on; the accounts of both nodes hold REGISTRAR_ROLE. */
type SlotChain = Pick<InProcessChain, "anchors" | "store"> & AsyncDisposable;

/** A chain, a store whose clock a test sets, and two admitted nodes that lead slots. */
export class SlotWorld implements AsyncDisposable {
  readonly chain: SlotChain;
  /** A minute before the first slot: what is queued then was there when the slot is taken. */
  readonly clock = new ManualClock(slotStart(FIRST_SLOT) - 60_000);
  readonly first = nodeOf(localKey(1));
  readonly second: Identity;
  readonly outsider = nodeOf(localKey(5));
  readonly registered = new Map<string, Registration>();
  readonly decisions = new Map<number, NewDecision>();
  readonly domain: PootDomain;

  constructor(chain: SlotChain, second = nodeOf(localKey(3))) {
    this.chain = chain;
    this.second = second;
    this.clock.runs(chain.store);
    this.domain = { chainId: 31_337, anchors: chain.anchors.address };
    for (const { nodeId } of [this.first, this.second, this.outsider]) this.register(nodeId);
  }

  static async start(hre: HardhatRuntimeEnvironment): Promise<SlotWorld> {
    return new SlotWorld(await startInProcessChain(hre));
  }

  get store(): Store {
    return this.chain.store;
  }

  get modules(): DutyModules & CheckModules {
    const { store, anchors } = this.chain;
    const admitted = new Set([this.first.nodeId, this.second.nodeId]);
    return {
      store,
      anchors,
      domain: this.domain,
      clock: this.clock,
      confirmed: { newest: () => anchors.head() },
      membership: {
        registrationsAt: () => this.registrations,
        isAdmitted: async (nodeId) => admitted.has(nodeId),
      },
      recomputeDecision: async (slot) => this.decisions.get(slot) as NewDecision,
    };
  }

  get registrations(): Registrations {
    return { inForce: this.registered, members: new Map(), payouts: new Map(), ignored: [] };
  }

  register(address: string, rest: Partial<Registration> = {}): void {
    this.registered.set(address, { address, kind: "node", sequence: 1, ...rest });
  }

  /** Decides a slot between two candidates, of which the first has more credits, and begins it. */
  async begin(
    slot: number,
    candidates: readonly string[] = [this.first.nodeId, this.second.nodeId],
  ): Promise<LeaderScheduleDocument> {
    this.clock.set(slotStart(slot));
    const entities = candidates.map((entityId, place) => {
      return { entityId, credits: 10 - place, beacons: 1, slots: 1, admitted: true };
    });
    const decision = decideLeader({
      slot,
      seed: id(`seed ${slot}`),
      standings: standingsOf(entities),
      recentWinners: [],
      lastWon: new Map(),
      outputs: new Map(),
      beacons: [],
    });
    const document = decisionDocument(decision, { first: FIRST_SLOT, last: slot - 2, talliesRoots: [] });
    await this.store.leaderSchedule.insert(document);
    this.decisions.set(slot, document);
    return (await this.store.leaderSchedule.get(slot)) as LeaderScheduleDocument;
  }

  lead(decision: LeaderScheduleDocument, identity = this.first, change: Partial<DutyModules> = {}) {
    return leadSlot(decision, identity, { ...this.modules, ...change });
  }

  /** Sealed sessions in the queue, the earlier ones older. */
  async queue(name: string, count: number): Promise<SealedSession[]> {
    const sessions = await sealedSessions(name, count);
    for (const sealed of sessions) {
      await queueSessions([sealed], this.chain);
      this.clock.set(this.clock.now() + 1);
    }
    return sessions;
  }

  async statuses(sessions: readonly SealedSession[]): Promise<(string | undefined)[]> {
    const entries = await this.store.sessions.getMany(sessions.map(({ manifest }) => manifest.sessionId));
    return sessions.map(({ manifest }) => entries.get(manifest.sessionId)?.status);
  }

  /** Ids of the sessions that got a slot, as often as they did, in the order of the chain. */
  async registrationsOnChain(): Promise<string[]> {
    const found: string[] = [];
    for await (const events of this.chain.anchors.registeredSessions()) {
      found.push(...events.map(({ session }) => session.sessionId));
    }
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.chain[Symbol.asyncDispose]();
  }
}
