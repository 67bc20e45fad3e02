import type { NodeDocument } from "../../store/documents.ts";
import { ConsensusError } from "../errors.ts";
import { REGISTRATION_DELAY_SLOTS } from "../parameters.ts";
import { addressStateAt } from "../rules/registration-state.ts";
import { slotAt } from "../slot-time.ts";
import type { RegistrationContent } from "./sign-registration.ts";

/** What a node or pool wants to be registered with; what is left out of a change stays as it is, but for the pool. */
export interface RegistrationWish {
  readonly address: string;
  readonly kind: "node" | "pool";
  readonly isLeaving: boolean;
  /** Of a node. */
  readonly vrfPublicKey?: string;
  readonly tronAddress?: string | undefined;
  /** The pool that a node joins; without it the node earns for itself. */
  readonly poolId?: string | undefined;
}

/**
 * The record that brings an address from what it registered to what it wants.
 *
 * @param records of this address, their signatures verified before
 * @param now Unix milliseconds of the store's clock
 * @returns undefined where nothing has to change
 * @throws {ConsensusError} REGISTRATION_KIND_DIFFERS, REGISTRATION_INCOMPLETE
 */
export function nextRegistration(
  records: readonly NodeDocument[],
  wish: RegistrationWish,
  now: number,
): RegistrationContent | undefined {
  const { address, kind, isLeaving, vrfPublicKey, poolId } = wish;
  // Whatever was written before now is in force by the time at which the next record is.
  const { registration } = addressStateAt(records, slotAt(now) + REGISTRATION_DELAY_SLOTS);
  const latest = records.toSorted((a, b) => b.sequence - a.sequence)[0];
  const sequence = (latest?.sequence ?? 0) + 1;
  if (isLeaving) return registration && { address, sequence, kind: registration.kind, action: "leave" };
  if (registration !== undefined && registration.kind !== kind) {
    throw new ConsensusError({
      code: "REGISTRATION_KIND_DIFFERS",
      address,
      registered: registration.kind,
      asked: kind,
    });
  }
  const tronAddress = wish.tronAddress ?? latest?.tronAddress;
  if (tronAddress === undefined) throw new ConsensusError({ code: "REGISTRATION_INCOMPLETE", address });
  const content = { kind, tronAddress, ...(vrfPublicKey && { vrfPublicKey }), ...(poolId && { poolId }) };
  const isSame =
    registration !== undefined &&
    latest?.tronAddress === tronAddress &&
    latest.vrfPublicKey === vrfPublicKey &&
    latest.poolId === poolId;
  if (isSame) return undefined;
  return { address, sequence, action: registration === undefined ? "register" : "change", ...content };
}
