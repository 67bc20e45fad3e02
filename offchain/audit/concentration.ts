import type { RelayCounts } from "../consensus/node/relay-counts.ts";
import type { CountingClaim } from "../consensus/node/slot-inputs.ts";
import { STORAGE_CHALLENGES_PER_SLOT } from "../consensus/parameters.ts";
import type { CountedRelay } from "../consensus/rules/counted-proof.ts";
import { relayedBytes } from "../consensus/rules/relayed-bytes.ts";
import { slotCredits } from "../consensus/rules/slot-credits.ts";

/** How much of an entity's credits comes from sessions of one owner. */
export interface OwnerShare {
  readonly entityId: string;
  readonly owner: string;
  /** Credits of the entity in the audited slots. */
  readonly credits: number;
  /** Of them, those for relaying this owner's sessions. */
  readonly ownerCredits: number;
}

/** How many of its storage challenges a node answered, and what part that is of all answers. */
export interface NodeShare {
  readonly nodeId: string;
  readonly answered: number;
  /** Challenges in the slots in which it proved anything. */
  readonly asked: number;
  /** Answers of all nodes. */
  readonly ofAll: number;
}

export interface Concentration {
  /** Largest shares first. */
  readonly owners: readonly OwnerShare[];
  readonly nodes: readonly NodeShare[];
}

/** What is kept between runs of one audit. */
export interface ConcentrationState {
  readonly credits: readonly (readonly [entityId: string, credits: number])[];
  readonly owners: readonly (readonly [pair: string, credits: number])[];
  readonly nodes: readonly (readonly [nodeId: string, answered: number, slots: number])[];
}

/** Rows that a report shows of each kind. */
const MAX_ROWS = 50;

/** Adds up, slot by slot, what entities and nodes depend on. Memory grows with entities, owners and nodes. */
export class ConcentrationCounts {
  readonly #credits = new Map<string, number>();
  /** By `entity owner`. */
  readonly #owners = new Map<string, number>();
  readonly #nodes = new Map<string, { answered: number; slots: number }>();

  constructor(state?: ConcentrationState) {
    for (const [entityId, credits] of state?.credits ?? []) this.#credits.set(entityId, credits);
    for (const [pair, credits] of state?.owners ?? []) this.#owners.set(pair, credits);
    for (const [nodeId, answered, slots] of state?.nodes ?? []) this.#nodes.set(nodeId, { answered, slots });
  }

  /** @param counts what was relayed before the slot */
  add(claims: readonly CountingClaim[], counts: RelayCounts): void {
    const answered = new Map<string, number>();
    const relays: Relay[] = [];
    for (const { counted, owner = "" } of claims) {
      const { type, nodeId, entityId } = counted;
      increase(answered, nodeId, type === "storage_availability" ? 1 : 0);
      if (type === "relay_bandwidth") relays.push({ counted, owner });
      // A beacon earns nothing, anything else but a relay one credit.
      else if (type !== "uptime_beacon") increase(this.#credits, entityId, 1);
    }
    this.#addRelays(relays, counts);
    for (const [nodeId, count] of answered) {
      const node = this.#nodes.get(nodeId) ?? { answered: 0, slots: 0 };
      node.answered += count;
      node.slots += 1;
      this.#nodes.set(nodeId, node);
    }
  }

  get state(): ConcentrationState {
    return {
      credits: [...this.#credits],
      owners: [...this.#owners],
      nodes: [...this.#nodes].map(([nodeId, { answered, slots }]) => [nodeId, answered, slots]),
    };
  }

  /** Credits of each entity in the audited slots, most first. */
  get credits(): readonly (readonly [entityId: string, credits: number])[] {
    return [...this.#credits].sort(([a, aCredits], [b, bCredits]) => bCredits - aCredits || (a < b ? -1 : 1));
  }

  result(): Concentration {
    const owners = [...this.#owners].map(([pair, credits]): OwnerShare => {
      const [entityId = "", owner = ""] = pair.split(" ");
      const ownerCredits = Math.round(credits * 100) / 100;
      return { entityId, owner, credits: this.#credits.get(entityId) ?? 0, ownerCredits };
    });
    const ofAll = [...this.#nodes.values()].reduce((sum, { answered }) => sum + answered, 0);
    const nodes = [...this.#nodes].map(([nodeId, { answered, slots }]): NodeShare => {
      return { nodeId, answered, asked: slots * STORAGE_CHALLENGES_PER_SLOT, ofAll };
    });
    return {
      owners: owners
        .sort(
          (a, b) =>
            b.ownerCredits / b.credits - a.ownerCredits / a.credits || (a.entityId < b.entityId ? -1 : 1),
        )
        .slice(0, MAX_ROWS),
      nodes: nodes
        .sort((a, b) => b.answered - a.answered || (a.nodeId < b.nodeId ? -1 : 1))
        .slice(0, MAX_ROWS),
    };
  }

  /** What relaying earned an entity in the slot, divided among the owners by the bytes of their sessions. */
  #addRelays(relays: readonly Relay[], counts: RelayCounts): void {
    if (relays.length === 0) return;
    const owners = new Map(relays.map(({ counted, owner }) => [counted.commitment, owner]));
    const before = (commitment: string, entityId: string) => counts.before(commitment, entityId);
    const all = relayedBytes(
      relays.map(({ counted }) => counted),
      before,
    );
    for (const entityId of new Set(all.map((one) => one.entityId))) {
      const own = all.filter((one) => one.entityId === entityId);
      const bytes = own.reduce((sum, one) => sum + one.bytes, 0);
      const sessions = own.filter(({ isComplete }) => isComplete).length;
      const tally = { entityId, sessions, bytes, storageProofs: 0, validationSignatures: 0, beacons: 0 };
      const credits = slotCredits(tally);
      increase(this.#credits, entityId, credits);
      for (const one of own) {
        increase(this.#owners, `${entityId} ${owners.get(one.commitment)}`, (credits * one.bytes) / bytes);
      }
    }
  }
}

/** A relay that counts, and whose session it was. */
interface Relay {
  readonly counted: CountedRelay;
  readonly owner: string;
}

function increase(sums: Map<string, number>, key: string, by: number): void {
  sums.set(key, (sums.get(key) ?? 0) + by);
}
