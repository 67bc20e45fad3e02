import type { CountedRelay } from "./counted-proof.ts";
import { RuleError } from "./errors.ts";

/** What counts in one slot of what an entity relayed of one session. */
export interface RelayedBytes {
  readonly commitment: string;
  readonly entityId: string;
  /** More than 0. */
  readonly bytes: number;
  /** Whether the entity's counted bytes reach the session's size in this slot, which happens once at most. */
  readonly isComplete: boolean;
}

/** Bytes of a session that counted for an entity in all slots before, 0 where there were none. */
export type CountedBefore = (commitment: string, entityId: string) => number;

interface Claim {
  readonly commitment: string;
  readonly entityId: string;
  readonly sizeBytes: number;
  readonly receipts: Set<string>;
  /** What the receipts state together. */
  bytes: number;
}

/**
 * What the receipts of one slot add: all receipts of a session and an entity, of whichever of its nodes, count up to
 * the session's size over all slots. What adds nothing is left out.
 *
 * The receipts are summed up before they are cut, so their order does not matter. Two receipts of one node for one
 * session differ if they state different numbers of bytes; the same one twice is one.
 *
 * @throws {RuleError} PROOFS_CONTRADICTORY where two receipts state different sizes of one session.
 */
export function relayedBytes(
  relays: Iterable<CountedRelay>,
  countedBefore: CountedBefore,
): readonly RelayedBytes[] {
  const relayed: RelayedBytes[] = [];
  for (const { commitment, entityId, sizeBytes, bytes } of claims(relays)) {
    const before = countedBefore(commitment, entityId);
    const counted = Math.min(bytes, Math.max(0, sizeBytes - before));
    if (counted === 0) continue;
    relayed.push({ commitment, entityId, bytes: counted, isComplete: before + counted === sizeBytes });
  }
  return relayed;
}

function claims(relays: Iterable<CountedRelay>): Iterable<Claim> {
  const sizes = new Map<string, number>();
  const byPair = new Map<string, Claim>();
  for (const { commitment, entityId, nodeId, bytes, sizeBytes } of relays) {
    requireSameSize(sizes, commitment, sizeBytes);
    const pair = `${commitment} ${entityId}`;
    const claim = byPair.get(pair) ?? { commitment, entityId, sizeBytes, receipts: new Set(), bytes: 0 };
    byPair.set(pair, claim);
    const receipt = `${nodeId} ${bytes}`;
    if (claim.receipts.has(receipt)) continue;
    claim.receipts.add(receipt);
    // Beyond 2^53 the sum is rounded, which makes no difference: no session has that size, so it is cut anyway.
    claim.bytes += bytes;
  }
  return byPair.values();
}

function requireSameSize(sizes: Map<string, number>, commitment: string, sizeBytes: number): void {
  const known = sizes.get(commitment);
  if (known === undefined) sizes.set(commitment, sizeBytes);
  else if (known !== sizeBytes) {
    const reason = `session ${commitment} has ${known} bytes in one and ${sizeBytes} in another`;
    throw new RuleError({ code: "PROOFS_CONTRADICTORY", reason });
  }
}
