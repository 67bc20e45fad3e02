import type { NodeDocument } from "../../store/documents.ts";
import { PAYOUT_ADDRESS_DELAY_SLOTS, REGISTRATION_DELAY_SLOTS } from "../parameters.ts";
import { slotAt } from "../slot-time.ts";

/** Why a registration record has no effect. */
export type IgnoredReason =
  /** A record with a higher sequence took effect in an earlier slot. */
  | "sequence-superseded"
  /** Another record with this sequence took effect first. */
  | "sequence-used"
  | "already-registered"
  | "not-registered"
  /** A change keeps the kind; to become the other one, leave and register. */
  | "kind-differs"
  | "vrf-key-missing"
  | "tron-address-missing"
  | "pool-signature-missing"
  /** A pool joins no pool, itself included. */
  | "pool-in-pool";

export interface IgnoredRecord {
  readonly id: string;
  readonly address: string;
  readonly sequence: number;
  readonly reason: IgnoredReason;
}

/** Where an address is paid. A changed address waits, so that its owner can notice a stolen key. */
export interface PayoutAddress {
  readonly inUse?: string;
  readonly waiting?: { readonly tronAddress: string; readonly fromSlot: number };
}

/** What an address registered, by the record that is in force. */
export interface Registration {
  readonly address: string;
  readonly kind: "node" | "pool";
  /** Of the record in force. */
  readonly sequence: number;
  /** Of a node. */
  readonly vrfPublicKey?: string;
  /** The pool that a node joined, whether or not that pool is registered. */
  readonly poolId?: string;
}

export interface AddressState {
  readonly registration?: Registration;
  /** Also of an address that left: what it earned is still to be paid. */
  readonly payout: PayoutAddress;
  readonly ignored: readonly IgnoredRecord[];
}

/** The slot from which a record counts. */
export function effectiveSlot({ ts }: Pick<NodeDocument, "ts">): number {
  return slotAt(ts) + REGISTRATION_DELAY_SLOTS;
}

/**
 * The state of one address at a slot.
 *
 * Records take effect slot by slot, and within a slot in the order of their sequence. A sequence may skip numbers; a
 * record that does not have a higher one than the last that took effect is ignored, so that nobody can bring an old
 * record back. A record that makes no sense in the state it meets is ignored and uses no sequence up. Register and
 * change state everything: what a change leaves out is no longer so.
 *
 * @param records all records of this address, in any order
 */
export function addressStateAt(records: readonly NodeDocument[], slot: number): AddressState {
  const each = [...new Map(records.map((record) => [record._id, record])).values()];
  const due = each.filter((record) => effectiveSlot(record) <= slot).sort(byEffect);
  const ignored: IgnoredRecord[] = [];
  let registration: Registration | undefined;
  let payout: PayoutAddress = {};
  let last: NodeDocument | undefined;
  for (const record of due) {
    const reason = sequenceFault(record, last) ?? faultOf(record, registration);
    if (reason !== undefined) {
      ignored.push({ id: record._id, address: record.address, sequence: record.sequence, reason });
      continue;
    }
    last = record;
    registration = record.action === "leave" ? undefined : registrationOf(record);
    if (record.action !== "leave") payout = declared(payout, record);
  }
  return { ...(registration && { registration }), payout: settled(payout, slot), ignored };
}

function byEffect(a: NodeDocument, b: NodeDocument): number {
  return (
    effectiveSlot(a) - effectiveSlot(b) || a.sequence - b.sequence || a.ts - b.ts || (a._id < b._id ? -1 : 1)
  );
}

function sequenceFault(record: NodeDocument, last: NodeDocument | undefined): IgnoredReason | undefined {
  if (last === undefined || record.sequence > last.sequence) return undefined;
  return record.sequence === last.sequence ? "sequence-used" : "sequence-superseded";
}

function faultOf(record: NodeDocument, registration: Registration | undefined): IgnoredReason | undefined {
  if (record.action === "register") {
    return registration === undefined ? contentFault(record) : "already-registered";
  }
  if (registration === undefined) return "not-registered";
  if (registration.kind !== record.kind) return "kind-differs";
  return record.action === "change" ? contentFault(record) : undefined;
}

function contentFault(record: NodeDocument): IgnoredReason | undefined {
  if (record.tronAddress === undefined) return "tron-address-missing";
  if (record.kind === "pool") return record.poolId === undefined ? undefined : "pool-in-pool";
  if (record.vrfPublicKey === undefined) return "vrf-key-missing";
  if (record.poolId === undefined) return undefined;
  if (record.poolId === record.address) return "pool-in-pool";
  return record.poolSig === undefined ? "pool-signature-missing" : undefined;
}

function registrationOf({ address, kind, sequence, vrfPublicKey, poolId }: NodeDocument): Registration {
  const base = { address, kind, sequence };
  if (kind === "pool") return base;
  return { ...base, ...(vrfPublicKey && { vrfPublicKey }), ...(poolId && { poolId }) };
}

/** The address that a record states: nothing new, back to the one in use, or one that waits. */
function declared(payout: PayoutAddress, record: NodeDocument): PayoutAddress {
  const { tronAddress } = record;
  const from = effectiveSlot(record);
  const { inUse, waiting } = settled(payout, from);
  if (tronAddress === undefined || waiting?.tronAddress === tronAddress) return payout;
  if (inUse === tronAddress) return { inUse };
  return {
    ...(inUse && { inUse }),
    waiting: { tronAddress, fromSlot: from + PAYOUT_ADDRESS_DELAY_SLOTS },
  };
}

function settled(payout: PayoutAddress, slot: number): PayoutAddress {
  const { waiting } = payout;
  return waiting !== undefined && waiting.fromSlot <= slot ? { inUse: waiting.tronAddress } : payout;
}
