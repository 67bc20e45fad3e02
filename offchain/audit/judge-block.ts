import type { BlockFault, LedSlot } from "../consensus/rules/block-faults.ts";
import { blockWindow } from "../consensus/rules/candidacy.ts";
import type { AuditCode } from "./codes.ts";
import { type AuditFinding, type AuditPlace, shownTime, shownWindow } from "./finding.ts";

/** Whether a block was written within its deadline; blocks from before the store stamped them are not judged. */
export function judgeDeadline({ slot, block }: LedSlot): AuditFinding | undefined {
  const { writtenAt } = block;
  const { from, until } = blockWindow(slot);
  if (writtenAt === undefined || (writtenAt >= from && writtenAt < until)) return undefined;
  return {
    code: "BLOCK_LATE",
    place: { slot },
    expected: shownWindow({ from, until }),
    found: shownTime(writtenAt),
  };
}

/**
 * What a validator's refusal of a block is as a finding.
 *
 * @param previousSlot of the last block before; undefined where there is none
 */
export function blockFinding(
  slot: number,
  fault: BlockFault,
  previousSlot: number | undefined,
): AuditFinding {
  const at = (code: AuditCode, rest: AuditPlace = {}): Pick<AuditFinding, "code" | "place"> => {
    return { code, place: { slot, ...rest } };
  };
  switch (fault.code) {
    case "DECISION_NOT_REPRODUCED":
      return { ...at("DECISION_TRANSCRIPT_DIFFERS"), expected: fault.expected, found: fault.found };
    case "WINNER_NOT_CANDIDATE":
      return { ...at("RESULT_WINNER_NOT_CANDIDATE"), found: fault.winner };
    case "TAKEN_OUTSIDE_WINDOW": {
      const { window, takenAt } = fault;
      return {
        ...at("RESULT_OUTSIDE_WINDOW"),
        expected: shownWindow(window),
        found: shownTime(takenAt),
      };
    }
    case "BLOCK_HASH_WRONG":
      return { ...at("BLOCK_HASH_DIFFERS"), expected: fault.expected, found: fault.found };
    case "BLOCK_BODY_MALFORMED":
      return { ...at("BLOCK_BODY_INVALID"), found: fault.reason };
    case "BLOCK_FIELD_WRONG": {
      const { field, expected, found } = fault;
      const link = previousSlot === undefined ? {} : { previousSlot };
      if (field === "previous") return { ...at("BLOCK_LINK_BROKEN", link), expected, found };
      return { ...at("BLOCK_FIELD_DIFFERS", { field }), expected, found };
    }
    case "BLOCK_SIGNATURE_WRONG":
      return {
        ...at("BLOCK_SIGNER_DIFFERS"),
        expected: fault.signer,
        found: fault.recovered ?? "no address",
      };
    case "SIGNER_NOT_ACTING":
      return {
        ...at("BLOCK_SIGNER_NOT_WINNER"),
        expected: `a node that acts for ${fault.winner}`,
        found: fault.signer,
      };
    case "BLOCK_TOO_LARGE":
      return { ...at("BLOCK_SESSIONS_TOO_MANY"), found: fault.sessions };
    case "SESSION_LISTED_TWICE":
      return at("BLOCK_SESSION_TWICE", { sessionId: fault.sessionId });
    case "TRANSACTION_MISPLACED": {
      const { sessions } = fault;
      const expected = sessions === 0 ? "no transaction" : "a transaction";
      return { ...at("BLOCK_TRANSACTION_UNFIT"), expected, found: `${sessions} sessions` };
    }
    case "TRANSACTION_NOT_MINED":
      return {
        ...at("BLOCK_TRANSACTION_ABSENT", { txid: fault.txid }),
        expected: "a receipt",
        found: "none",
      };
    case "TRANSACTION_REVERTED":
      return {
        ...at("BLOCK_TRANSACTION_FAILED", { txid: fault.txid }),
        expected: "success",
        found: "reverted",
      };
    case "SESSION_FOREIGN":
      return { ...at("BLOCK_SESSION_UNKNOWN", { sessionId: fault.sessionId }), found: fault.commitment };
    case "SESSION_UNREGISTERED":
      return { ...at("BLOCK_SESSION_NOT_ON_CHAIN", { sessionId: fault.sessionId }), found: fault.commitment };
    case "SESSION_UNLISTED":
      return { ...at("BLOCK_SESSION_SECRET"), found: fault.commitment };
    case "SESSION_LEFT_OUT":
      return {
        ...at("BLOCK_SESSION_OVERLOOKED", { sessionId: fault.sessionId }),
        expected: fault.commitment,
      };
  }
}
