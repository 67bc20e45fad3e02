import { ZeroHash } from "ethers";
import type { ConsensusError } from "../consensus/errors.ts";
import { compareRecord, type ExaminedRecord, type ExamineModules } from "../consensus/node/examine-record.ts";
import { proofsRoot, talliesRoot } from "../consensus/node/record-roots.ts";
import type { SlotInputs } from "../consensus/node/slot-inputs.ts";
import { readRecord } from "../consensus/node/slot-record.ts";
import type { CountedBefore } from "../consensus/rules/relayed-bytes.ts";
import { tallySlot } from "../consensus/rules/tally-slot.ts";
import { closingTime } from "../consensus/slot-time.ts";
import type { SlotTallyHead } from "../store/documents.ts";
import type { TakenRecord } from "./audited-tallies.ts";
import type { AuditCode } from "./codes.ts";
import { type AuditFinding, shownTime } from "./finding.ts";

/** A slot's record, held to the slot's proofs. */
export interface JudgedTally {
  readonly findings: readonly AuditFinding[];
  readonly claims: ExaminedRecord["claims"];
  /** The records that may have been gone on with; one where nothing is wrong. */
  readonly candidates: readonly TakenRecord[];
}

/** Ids of left-out proofs that a finding names. */
const MAX_NAMED = 4;

/**
 * Holds the record of a closed slot to the proofs that count.
 *
 * @param head undefined where the slot is not closed
 */
export async function judgeTally(
  head: SlotTallyHead | undefined,
  inputs: SlotInputs,
  countedBefore: CountedBefore,
  modules: ExamineModules,
): Promise<JudgedTally> {
  const { slot, claims } = inputs;
  if (head === undefined) {
    const own = recomputed(inputs, countedBefore, head);
    const finding: AuditFinding = { code: "TALLY_MISSING", place: { slot }, expected: own.head.talliesRoot };
    return { findings: [finding], claims, candidates: [own] };
  }
  const findings = stampFindings(head);
  const examined = await compareRecord(head, inputs, countedBefore, modules);
  const { fault, omittedCount, omitted } = examined;
  if (fault === undefined && omittedCount === 0) return { findings, claims: examined.claims, candidates: [] };
  const own = recomputed(inputs, countedBefore, head);
  if (fault !== undefined) {
    const recorded = await readable(head, claims, modules);
    findings.push(tallyFinding(head, fault, own, recorded));
    return { findings, claims, candidates: recorded === undefined ? [own] : [recorded, own] };
  }
  const proofs = omitted.slice(0, MAX_NAMED).join(" ");
  findings.push({
    code: "PROOF_LEFT_OUT",
    place: { slot, ...(nodeOf(examined, inputs) ?? {}) },
    expected: head.proofCount + omittedCount,
    found: `${head.proofCount}${proofs === "" ? "" : `, without ${proofs}`}`,
  });
  const kept = await readable(head, examined.claims, modules);
  // Whoever decided may have gone on with the record before somebody took a proof out of it.
  return { findings, claims: examined.claims, candidates: kept === undefined ? [own] : [kept, own] };
}

/** Whose proofs are left out, where it is one node. */
function nodeOf(
  { omitted }: ExaminedRecord,
  { claims }: SlotInputs,
): { readonly nodeId: string } | undefined {
  const ids = new Set(omitted);
  const nodes = new Set(claims.filter(({ id }) => ids.has(id)).map(({ counted }) => counted.nodeId));
  const [nodeId] = nodes;
  return nodes.size === 1 && nodeId !== undefined ? { nodeId } : undefined;
}

function stampFindings({ _id: slot, closedAt }: SlotTallyHead): AuditFinding[] {
  if (closedAt > closingTime(slot)) return [];
  return [
    {
      code: "TALLY_CLOSED_EARLY",
      place: { slot },
      expected: `after ${shownTime(closingTime(slot))}`,
      found: shownTime(closedAt),
    },
  ];
}

function recomputed(
  { slot, claims }: SlotInputs,
  countedBefore: CountedBefore,
  head: SlotTallyHead | undefined,
): TakenRecord {
  const tallies = tallySlot(
    claims.map(({ counted }) => counted),
    countedBefore,
  );
  return {
    tallies,
    claims,
    head: {
      _id: slot,
      proofCount: claims.length,
      proofsRoot: proofsRoot(claims.map(({ id }) => id)),
      talliesRoot: talliesRoot(tallies),
      entityCount: tallies.length,
      parts: tallies.length === 0 ? [] : [ZeroHash],
      closer: head?.closer ?? `0x${"00".repeat(20)}`,
      closerSig: head?.closerSig ?? "0x",
      closedAt: head?.closedAt ?? closingTime(slot),
    },
  };
}

async function readable(
  head: SlotTallyHead,
  claims: TakenRecord["claims"],
  { store }: ExamineModules,
): Promise<TakenRecord | undefined> {
  try {
    return { ...(await readRecord(store, head)), claims };
  } catch (error) {
    if (isTallyFault(error)) return undefined;
    throw error;
  }
}

const isTallyFault = (error: unknown): error is ConsensusError =>
  (error as { readonly code?: unknown }).code === "TALLY_DIFFERS";

/** What is wrong first: the signature, then the parts, then what proofs do not support. */
function tallyFinding(
  head: SlotTallyHead,
  fault: ConsensusError,
  own: TakenRecord,
  recorded: TakenRecord | undefined,
): AuditFinding {
  const { _id: slot } = head;
  const reason = fault.details.code === "TALLY_DIFFERS" ? fault.details.reason : fault.message;
  const isSignature = reason.includes("signature");
  const code: AuditCode = isSignature
    ? "TALLY_SIGNATURE_WRONG"
    : recorded === undefined
      ? "TALLY_PARTS_DAMAGED"
      : "TALLY_UNSUPPORTED";
  if (code === "TALLY_SIGNATURE_WRONG")
    return { code, place: { slot }, expected: `a signature by ${head.closer}`, found: reason };
  return { code, place: { slot, ...entityOf(reason) }, expected: own.head.talliesRoot, found: reason };
}

function entityOf(reason: string): { readonly entityId?: string } {
  const [entityId] = /0x[0-9a-f]{40}(?![0-9a-f])/.exec(reason) ?? [];
  return entityId === undefined ? {} : { entityId };
}
