import type { NodeDocument } from "../../store/documents.ts";
import {
  type AddressState,
  addressStateAt,
  type IgnoredRecord,
  type PayoutAddress,
  type Registration,
} from "./registration-state.ts";

/** The registrations in force at a slot. Maps and lists are in the order of addresses. */
export interface Registrations {
  readonly inForce: ReadonlyMap<string, Registration>;
  /** Nodes of each registered pool; an empty list where nobody joined. */
  readonly members: ReadonlyMap<string, readonly string[]>;
  /** Of every address that ever registered. */
  readonly payouts: ReadonlyMap<string, PayoutAddress>;
  readonly ignored: readonly IgnoredRecord[];
}

/**
 * What all records together come to at a slot, whatever order they are read in.
 *
 * A node's membership holds while its pool is registered: a pool that leaves gives its members back to themselves,
 * and one that registers later has the members that named it before.
 *
 * @param records signed records, their signatures verified before
 */
export function registrationsAt(records: Iterable<NodeDocument>, slot: number): Registrations {
  const states = [...byAddress(records)].map(([address, own]): [string, AddressState] => [
    address,
    addressStateAt(own, slot),
  ]);
  const inForce = new Map<string, Registration>();
  const payouts = new Map<string, PayoutAddress>();
  for (const [address, { registration, payout }] of states) {
    if (registration !== undefined) inForce.set(address, registration);
    if (payout.inUse !== undefined || payout.waiting !== undefined) payouts.set(address, payout);
  }
  return {
    inForce,
    members: membersOf(inForce),
    payouts,
    ignored: states.flatMap(([, { ignored }]) => ignored),
  };
}

/** The entity that a node earns and leads for: its pool where there is one, else the node itself. */
export function entityOf({ inForce }: Pick<Registrations, "inForce">, nodeId: string): string {
  const poolId = inForce.get(nodeId)?.poolId;
  return poolId !== undefined && inForce.get(poolId)?.kind === "pool" ? poolId : nodeId;
}

function membersOf(inForce: ReadonlyMap<string, Registration>): Map<string, string[]> {
  const members = new Map<string, string[]>();
  for (const { address, kind } of inForce.values()) if (kind === "pool") members.set(address, []);
  for (const { address, kind } of inForce.values()) {
    if (kind === "node") members.get(entityOf({ inForce }, address))?.push(address);
  }
  return members;
}

function byAddress(records: Iterable<NodeDocument>): [string, NodeDocument[]][] {
  const groups = new Map<string, NodeDocument[]>();
  for (const record of records) {
    const group = groups.get(record.address);
    if (group === undefined) groups.set(record.address, [record]);
    else group.push(record);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}
