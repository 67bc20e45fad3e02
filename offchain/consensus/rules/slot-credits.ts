import type { SlotTally } from "../../store/documents.ts";
import { BASE_MB_PER_SESSION, BYTES_PER_MB } from "../parameters.ts";
import { exactSum } from "./exact-sum.ts";

const BYTES_PER_CREDIT = BASE_MB_PER_SESSION * BYTES_PER_MB;

/**
 * What an entity's tally of one slot is worth: `max(S_t, ceil(B_t / BASE_MB_PER_SESSION))`, plus one for each storage
 * challenge answered and each validation signature. Beacons are worth nothing: they make an entity eligible.
 *
 * B_t is not rounded to whole megabytes first: the bytes are divided by 5 x 2^20 and the quotient is rounded up, once.
 * So a single byte is worth 1, 5 MB are worth 1, and a byte more is worth 2.
 *
 * @throws {RuleError} CREDITS_NOT_EXACT
 */
export function slotCredits(tally: SlotTally): number {
  const { entityId, sessions, bytes, storageProofs, validationSignatures } = tally;
  const relayed = Math.max(sessions, dividedUp(bytes, BYTES_PER_CREDIT));
  const stored = exactSum(relayed, storageProofs, entityId, "credits");
  return exactSum(stored, validationSignatures, entityId, "credits");
}

/** Without a fraction on the way: a quotient in floating point may be rounded down to the whole number below it. */
function dividedUp(dividend: number, divisor: number): number {
  const rest = dividend % divisor;
  return (dividend - rest) / divisor + (rest > 0 ? 1 : 0);
}
