/**
 * The parameters of PoOT. They are part of the rules: a node with other values reaches other decisions, so none of them
 * is a setting.
 */

/** Length of a slot, in seconds. */
export const SLOT_DURATION_SEC = 120;
/** How long each candidate may take a slot before the next one may, in milliseconds. */
export const SLOT_TIMEOUT_MS = 5_000;
/** Slots after a win in which an entity does not lead, so that no single leader can censor for long. */
export const COOLDOWN_SLOTS = 16;
/** Days whose credits rank the entities. */
export const LEADER_WINDOW_DAYS = 7;
/**
 * D_MIN, the least share of beacons that a leader has sent, is 0.2: as two whole numbers, because a comparison of
 * fractions differs from machine to machine.
 */
export const D_MIN = { numerator: 1, denominator: 5 } as const;
/** Relayed megabytes (2^20 bytes) that are worth as much as a whole session. */
export const BASE_MB_PER_SESSION = 5;
export const BYTES_PER_MB = 2 ** 20;
/** Storage challenges that each node gets in a slot. */
export const STORAGE_CHALLENGES_PER_SLOT = 4;
/** Sessions that a leader publishes in one transaction at most. */
export const MAX_SESSIONS_PER_BATCH = 500;
/** Seconds after a slot's start until which its block may be written. */
export const BLOCK_DEADLINE_SEC = 60;
/** Candidates after the primary who may take a slot. */
export const FALLBACK_COUNT = 3;

/** Start of slot 0, 2024-01-01T00:00:00Z, in Unix seconds. */
export const GENESIS_TIME_SEC = 1_704_067_200;
/** An epoch is a day in UTC. */
export const SLOTS_PER_EPOCH = 86_400 / SLOT_DURATION_SEC;
/** Slots whose credits rank the entities. */
export const WINDOW_SLOTS = LEADER_WINDOW_DAYS * SLOTS_PER_EPOCH;
/** The window of a slot ends this many slots before it: the last slot whose inputs are closed by then. */
export const WINDOW_LAG_SLOTS = 2;
/** A proof counts if it was stamped this long before the end of the slot after its own, in milliseconds. */
export const CLOSING_MARGIN_MS = 5_000;
/** A registration takes effect this many slots after the slot of its stamp. */
export const REGISTRATION_DELAY_SLOTS = 2;
/** Slots until a changed TRON address is used, 72 hours: time to notice a stolen node key. */
export const PAYOUT_ADDRESS_DELAY_SLOTS = 2_160;
/** How far the clocks of store, chain and machine may be apart, in milliseconds. */
export const MAX_CLOCK_DIFFERENCE_MS = 30_000;
