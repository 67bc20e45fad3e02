import { z } from "zod";
import type { LeaderDecision } from "../consensus/rules/decide-leader.ts";
import { explainRank } from "../consensus/rules/explain-rank.ts";
import type { LeaderInput } from "../consensus/rules/leader-input.ts";
import { keccak256Hex } from "../keccak.ts";
import { parseJsonAs } from "../parse-json-as.ts";
import type { LeaderScheduleDocument, NewDecision } from "../store/documents.ts";
import { type AuditFinding, shown } from "./finding.ts";

const hash = z.string().regex(/^0x[0-9a-f]{64}$/);
const address = z.string().regex(/^0x[0-9a-f]{40}$/);

/** What an audit reads in a stored transcript. */
const transcriptSchema = z.object({
  seed: hash.optional(),
  window: z.object({ first: z.number(), last: z.number(), talliesHash: hash }),
  recentWinners: z.array(z.object({ slot: z.int(), entityId: address })),
  counts: z.object({ admitted: z.number(), eligible: z.number() }),
  candidates: z.array(z.object({ entityId: address })),
});
export type StoredTranscript = z.infer<typeof transcriptSchema>;

/** Undefined where it is not one: anybody who may write to the store may have written it. */
export function parseTranscript({
  transcript,
}: Pick<NewDecision, "transcript">): StoredTranscript | undefined {
  const parsed = parseJsonAs(transcriptSchema, transcript);
  return "value" in parsed ? parsed.value : undefined;
}

/** In the order in which a decision takes them in. */
const INPUTS = ["seed", "window", "recentWinners", "counts"] as const;

/**
 * Holds a stored decision to the one that its inputs lead to. What differs first is named: the record itself, an input,
 * who leads, the rest of the transcript.
 *
 * @param own the decision made again, and what it follows from
 */
export function judgeDecision(
  stored: LeaderScheduleDocument,
  own: { readonly document: NewDecision; readonly decision: LeaderDecision; readonly input: LeaderInput },
): AuditFinding | undefined {
  const { slot } = stored;
  const place = { slot };
  const digest = keccak256Hex(Buffer.from(stored.transcript));
  if (digest !== stored.transcriptHash) {
    const isOwnText = stored.transcript === own.document.transcript;
    return {
      code: "DECISION_HASH_WRONG",
      place,
      expected: isOwnText ? digest : own.document.transcriptHash,
      found: stored.transcriptHash,
    };
  }
  if (isSame(stored, own.document)) return undefined;
  const [expected, found] = [parseTranscript(own.document), parseTranscript(stored)];
  const input =
    found === undefined ? undefined : INPUTS.find((name) => shown(expected?.[name]) !== shown(found[name]));
  if (input !== undefined) {
    return {
      code: "DECISION_INPUT_DIFFERS",
      place: { slot, field: input },
      expected: shown(expected?.[input]),
      found: shown(found?.[input]),
    };
  }
  return (
    leaderFinding(stored, own) ?? {
      code: "DECISION_TRANSCRIPT_DIFFERS",
      place,
      expected: own.document.transcriptHash,
      found: stored.transcriptHash,
    }
  );
}

const isSame = (stored: LeaderScheduleDocument, own: NewDecision) =>
  stored.transcript === own.transcript &&
  stored.primary === own.primary &&
  stored.seed === own.seed &&
  stored.fallbacks.join() === own.fallbacks.join();

function leaderFinding(
  stored: LeaderScheduleDocument,
  { document, input }: { readonly document: NewDecision; readonly input: LeaderInput },
): AuditFinding | undefined {
  const candidates = (decided: Pick<NewDecision, "primary" | "fallbacks">) =>
    decided.primary === undefined ? [] : [decided.primary, ...decided.fallbacks];
  const [wanted, chosen] = [candidates(document), candidates(stored)];
  const place = Array.from({ length: 4 }, (_, at) => at).find((at) => wanted[at] !== chosen[at]);
  if (place === undefined) return undefined;
  const entityId = chosen[place];
  const at = { slot: stored.slot, field: place === 0 ? "primary" : `fallbacks[${place - 1}]` };
  const exclusions = entityId === undefined ? [] : explainRank(input, entityId).exclusions;
  if (entityId === undefined || exclusions.length === 0) {
    return {
      code: "DECISION_LEADER_WRONG",
      place: at,
      expected: shown(wanted[place]),
      found: shown(entityId),
    };
  }
  const found = `${entityId}: ${exclusions.join(", ")}`;
  return {
    code: "DECISION_LEADER_INELIGIBLE",
    place: { ...at, entityId },
    expected: shown(wanted[place]),
    found,
  };
}
