import canonicalize from "canonicalize";
import { z } from "zod";
import { keccak256Hex } from "../../keccak.ts";
import { parseJsonAs } from "../../parse-json-as.ts";
import type { NewDecision } from "../../store/documents.ts";
import type { SlotRange } from "../slot-time.ts";
import type { DecisionReason, LeaderDecision } from "./decide-leader.ts";

/** Raised with every change of what a transcript holds or how a decision is reached. */
export const TRANSCRIPT_VERSION = 1;

/** The closed tallies that a decision rests on. */
export interface DecisionWindow extends SlotRange {
  /** talliesRoot of each of its slots, in order. */
  readonly talliesRoots: readonly string[];
}

/**
 * A decision as it is stored: its transcript, which is canonical JSON (RFC 8785), and the keccak256 of that text's
 * UTF-8 bytes.
 *
 * The transcript names what went in (slot, seed, window, the hash over the window's closed tallies, the winners of the
 * last 16 slots), what came of it (reason, candidates, those who come next, each with what its place follows from),
 * and how many were admitted and eligible. A field without a value is left out. Its size does not depend on how many
 * entities there are.
 */
export function decisionDocument(decision: LeaderDecision, window: DecisionWindow): NewDecision {
  const { slot, seed, reason, candidates, next } = decision;
  const transcript = canonicalJson({
    version: TRANSCRIPT_VERSION,
    slot,
    seed,
    window: { first: window.first, last: window.last, talliesHash: talliesHash(window.talliesRoots) },
    recentWinners: decision.recentWinners.map(({ slot: won, entityId }) => ({ slot: won, entityId })),
    counts: { admitted: decision.admittedCount, eligible: decision.eligibleCount },
    reason,
    candidates,
    next,
  });
  const [primary, ...fallbacks] = candidates.map(({ entityId }) => entityId);
  return {
    _id: slot,
    slot,
    ...(primary !== undefined && { primary }),
    fallbacks,
    ...(seed !== undefined && { seed }),
    transcript,
    transcriptHash: keccak256Hex(Buffer.from(transcript)),
  };
}

const reasonSchema: z.ZodType<DecisionReason> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("primary") }),
  z.object({ kind: z.literal("emergency"), step: z.literal([1, 2, 3]) }),
  z.object({ kind: z.literal("missed"), why: z.enum(["seed-unknown", "nobody-admitted", "nobody-present"]) }),
]);

/**
 * The reason that a stored decision gives.
 *
 * @returns undefined where its transcript is not one: anybody who may write to the store may have stored it
 */
export function decisionReason({ transcript }: Pick<NewDecision, "transcript">): DecisionReason | undefined {
  const parsed = parseJsonAs(z.object({ reason: reasonSchema }), transcript);
  return "value" in parsed ? parsed.value.reason : undefined;
}

/** `keccak256` over the talliesRoots of successive slots, 32 bytes each, one after the other. */
export function talliesHash(talliesRoots: readonly string[]): string {
  return keccak256Hex(Buffer.from(talliesRoots.map((root) => root.slice(2)).join(""), "hex"));
}

/** @param value an object */
function canonicalJson(value: object): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError("an object has a JSON text");
  return text;
}
