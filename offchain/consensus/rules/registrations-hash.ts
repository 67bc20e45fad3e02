import canonicalize from "canonicalize";
import { concat, keccak256, toUtf8Bytes, ZeroHash } from "ethers";
import type { Registrations } from "./registrations.ts";

/**
 * One hash for the registrations in force, for an epoch's checkpoint. Begin with 32 zero bytes; for each address in
 * ascending order, that is registered or may still be paid: `hash = keccak256(hash ‖ keccak256(text))`, text being the
 * canonical JSON of `{ address, registration, payout }`, in which `registration` is left out of those who left.
 */
export function registrationsHash({ inForce, payouts }: Pick<Registrations, "inForce" | "payouts">): string {
  const addresses = [...new Set([...inForce.keys(), ...payouts.keys()])].sort();
  return addresses.reduce((hash, address) => {
    const state = { address, registration: inForce.get(address), payout: payouts.get(address) };
    return keccak256(concat([hash, keccak256(toUtf8Bytes(canonicalize(state) ?? ""))]));
  }, ZeroHash);
}
