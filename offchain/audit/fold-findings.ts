import { COOLDOWN_SLOTS, SLOTS_PER_EPOCH, WINDOW_LAG_SLOTS, WINDOW_SLOTS } from "../consensus/parameters.ts";
import { epochOf, slotAt, slotStart } from "../consensus/slot-time.ts";
import type { AuditCode } from "./codes.ts";
import type { AuditFinding, AuditPlace } from "./finding.ts";

/** When a finding of one code follows from one of another. */
interface FoldingRule {
  /** Codes, or beginnings of codes that end with an underscore. */
  readonly consequence: readonly string[];
  readonly cause: readonly string[];
  readonly when: (cause: AuditPlace, consequence: AuditPlace) => boolean;
}

const sameSlot = ({ slot: a }: AuditPlace, { slot: b }: AuditPlace) => a !== undefined && a === b;
const sameSession = (a: AuditPlace, b: AuditPlace) =>
  a.sessionId !== undefined && a.sessionId === b.sessionId;
const sameTransaction = (a: AuditPlace, b: AuditPlace) => a.txid !== undefined && a.txid === b.txid;
const samePayout = (a: AuditPlace, b: AuditPlace) => a.payoutId !== undefined && a.payoutId === b.payoutId;
const sameMonth = (a: AuditPlace, b: AuditPlace) => a.month !== undefined && a.month === b.month;
const sameEpoch = (a: AuditPlace, b: AuditPlace) => a.epoch !== undefined && a.epoch === b.epoch;
/** Whether the cause's slot is between `least` and `most` slots before the consequence's. */
const before = (least: number, most: number) => (a: AuditPlace, b: AuditPlace) =>
  a.slot !== undefined && b.slot !== undefined && b.slot - a.slot >= least && b.slot - a.slot <= most;
const inEpoch = ({ slot }: AuditPlace, { epoch }: AuditPlace) =>
  slot !== undefined && epochOf(slot) === epoch;
/** From a slot on: also in later epochs and months. */
const since = ({ slot = 0 }: AuditPlace, place: AuditPlace) => slot <= (lastSlotOf(place) ?? -1);
const epochInMonth = ({ epoch }: AuditPlace, { month }: AuditPlace) =>
  epoch !== undefined &&
  month !== undefined &&
  new Date(slotStart(epoch * SLOTS_PER_EPOCH)).toISOString().startsWith(month);

function lastSlotOf({ slot, epoch, month }: AuditPlace): number | undefined {
  if (slot !== undefined) return slot;
  if (epoch !== undefined) return (epoch + 1) * SLOTS_PER_EPOCH - 1;
  if (month === undefined) return undefined;
  const [year = 0, number = 0] = month.split("-").map(Number);
  return slotAt(Date.UTC(year, number)) - 1;
}

/** In their order: a finding goes under the first cause that the first fitting rule gives. */
const RULES: readonly FoldingRule[] = [
  // A document that was changed has another commitment, and its owner did not sign it.
  {
    consequence: ["SESSION_SIGNATURE_WRONG", "SESSION_ABSENT_FROM_CHAIN", "SESSION_TREE_PATH_WRONG"],
    cause: ["SESSION_CONTENT_DIFFERS"],
    when: sameSession,
  },
  {
    consequence: ["SESSION_ABSENT_FROM_CHAIN", "SESSION_TREE_PATH_WRONG"],
    cause: ["SESSION_SIGNATURE_WRONG"],
    when: sameSession,
  },
  { consequence: ["SESSION_ABSENT_FROM_CHAIN"], cause: ["SESSION_TREE_PATH_WRONG"], when: sameSession },
  {
    consequence: ["BLOCK_SESSION_UNKNOWN", "CHUNK_", "SESSION_FILES_DIFFER"],
    cause: ["SESSION_CONTENT_DIFFERS", "SESSION_SIGNATURE_WRONG", "SESSION_MISSING"],
    when: sameSession,
  },
  {
    consequence: ["CHUNK_CONTENT_DIFFERS", "CHUNK_SIZES_DIFFER"],
    cause: ["CHUNK_MISSING"],
    when: sameSession,
  },
  { consequence: ["CHUNK_SIZES_DIFFER"], cause: ["CHUNK_CONTENT_DIFFERS"], when: sameSession },
  // A node whose registration was changed is nobody from then on: its proofs, blocks and wins do not count.
  {
    consequence: [
      "TALLY_",
      "DECISION_",
      "RESULT_",
      "BLOCK_",
      "EPOCH_",
      "WORK_TALLY_",
      "STATEMENT_",
      "ATTESTATION_DIFFERS",
    ],
    cause: ["REGISTRATION_SIGNATURE_WRONG"],
    when: since,
  },
  // A slot's block and its result are held to its decision.
  { consequence: ["RESULT_", "BLOCK_", "ANCHOR_NOT_BY_WINNER"], cause: ["DECISION_"], when: sameSlot },
  { consequence: ["BLOCK_", "ANCHOR_NOT_BY_WINNER"], cause: ["RESULT_"], when: sameSlot },
  // The block after a missing or changed one names another before it, and validators signed another.
  {
    consequence: ["BLOCK_LINK_BROKEN"],
    cause: ["BLOCK_", "DECISION_MISSING", "RESULT_MISSING"],
    when: (a, b) =>
      a.slot !== undefined &&
      b.previousSlot !== undefined &&
      a.slot >= b.previousSlot &&
      a.slot < (b.slot ?? 0),
  },
  { consequence: ["TALLY_UNSUPPORTED"], cause: ["BLOCK_", "DECISION_MISSING"], when: sameSlot },
  // A block whose list is wrong in another way overlooks what it should have listed.
  { consequence: ["BLOCK_SESSION_OVERLOOKED"], cause: ["BLOCK_"], when: sameSlot },
  { consequence: ["BLOCK_SESSION_OVERLOOKED"], cause: ["SESSION_"], when: sameSession },
  {
    consequence: ["TALLY_UNSUPPORTED"],
    cause: ["BLOCK_LINK_BROKEN"],
    when: ({ previousSlot, slot }, b) =>
      previousSlot !== undefined && (b.slot ?? -1) >= previousSlot && (b.slot ?? 0) < (slot ?? 0),
  },
  // What a decision takes in.
  {
    consequence: ["DECISION_"],
    cause: ["TALLY_", "PROOF_LEFT_OUT"],
    when: before(WINDOW_LAG_SLOTS, WINDOW_LAG_SLOTS),
  },
  {
    consequence: ["DECISION_INPUT_DIFFERS"],
    cause: ["TALLY_", "PROOF_LEFT_OUT"],
    when: (a, b) => b.field === "window" && before(WINDOW_LAG_SLOTS, WINDOW_SLOTS + 1)(a, b),
  },
  {
    consequence: ["DECISION_INPUT_DIFFERS", "DECISION_LEADER_INELIGIBLE", "DECISION_LEADER_WRONG"],
    cause: ["RESULT_", "DECISION_MISSING"],
    when: before(1, COOLDOWN_SLOTS),
  },
  // An epoch is the sum of its slots.
  {
    consequence: ["EPOCH_ROOT_OUTVOTED", "EPOCH_NOT_ATTESTED", "WORK_TALLY_DIFFERS", "WORK_TALLY_MISSING"],
    cause: ["TALLY_", "PROOF_LEFT_OUT", "BLOCK_", "DECISION_MISSING"],
    when: inEpoch,
  },
  {
    consequence: ["STATEMENT_EPOCH_DIFFERS"],
    cause: ["TALLY_", "PROOF_LEFT_OUT", "BLOCK_", "DECISION_MISSING"],
    when: inEpoch,
  },
  { consequence: ["EPOCH_NOT_ATTESTED"], cause: ["EPOCH_ROOT_OUTVOTED"], when: sameEpoch },
  // A statement rests on its month's epochs, a payout on its statement, a payment on its payout.
  { consequence: ["STATEMENT_"], cause: ["EPOCH_", "WORK_TALLY_"], when: epochInMonth },
  {
    consequence: ["STATEMENT_CHAIN_BROKEN", "STATEMENT_SHARE_DIFFERS", "STATEMENT_DIFFERS"],
    cause: ["STATEMENT_ABSENT", "STATEMENT_DAMAGED", "STATEMENT_SIGNATURE_WRONG"],
    when: (a, b) => (a.month ?? "") < (b.month ?? ""),
  },
  { consequence: ["PAYOUT_"], cause: ["STATEMENT_"], when: sameMonth },
  { consequence: ["PAYMENT_"], cause: ["PAYOUT_"], when: samePayout },
  {
    consequence: ["PAYMENT_AMOUNT_DIFFERS", "PAYMENT_PAYEE_DIFFERS"],
    cause: ["PAYMENT_TWICE"],
    when: samePayout,
  },
  // One transaction.
  { consequence: ["TRANSACTION_"], cause: ["TRANSACTION_BYTES_DIFFER"], when: sameTransaction },
];

/**
 * Puts each finding that follows from another one under it, by the rules above, so that what is left at the top are
 * causes. A cause may itself be a consequence of another finding: all of them end up under the first.
 *
 * @param findings in the order in which they are to be listed
 */
export function foldFindings(findings: readonly AuditFinding[]): AuditFinding[] {
  const parents = findings.map((finding) => causeOf(finding, findings));
  const top = new Map<number, AuditFinding[]>();
  for (const place of findings.keys()) {
    const root = rootOf(place, parents);
    const folded = top.get(root) ?? [];
    if (root !== place) folded.push(findings[place] as AuditFinding);
    top.set(root, folded);
  }
  return [...top]
    .sort(([a], [b]) => a - b)
    .map(([place, consequences]) => {
      const finding = findings[place] as AuditFinding;
      return consequences.length === 0 ? finding : { ...finding, consequences };
    });
}

/** Place of the cause of a finding; undefined where it is one itself. */
function causeOf(finding: AuditFinding, findings: readonly AuditFinding[]): number | undefined {
  for (const { consequence, cause, when } of RULES) {
    if (!isOneOf(finding.code, consequence)) continue;
    const place = findings.findIndex(
      (other) => other !== finding && isOneOf(other.code, cause) && when(other.place, finding.place),
    );
    if (place !== -1) return place;
  }
  return undefined;
}

const isOneOf = (code: AuditCode, names: readonly string[]) =>
  names.some((name) => (name.endsWith("_") ? code.startsWith(name) : code === name));

/** Follows causes up to the first; of findings that rules make causes of each other, the one that was made first. */
function rootOf(place: number, parents: readonly (number | undefined)[]): number {
  const path = [place];
  for (let parent = parents[place]; parent !== undefined; parent = parents[parent]) {
    const start = path.indexOf(parent);
    if (start !== -1) return Math.min(...path.slice(start));
    path.push(parent);
  }
  return path.at(-1) as number;
}
