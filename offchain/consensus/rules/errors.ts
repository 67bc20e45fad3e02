import { LucidError } from "../../errors.ts";

/** Inputs to the rules of PoOT that contradict each other, or that the rules cannot count exactly. */
export type RuleErrorDetails =
  /**
   * An entity's id is not 0x and 40 lower-case hex digits. With more than one spelling, one entity could
   * count as two.
   * @remedy Find out where the id came from; documents of the store never hold such an id.
   */
  | { readonly code: "ENTITY_ID_INVALID"; readonly entityId: string }
  /**
   * Proofs of one slot disagree about a session's size or a node's entity, or answer a challenge that does
   * not exist. They cannot all have been verified against one chain and the same registrations.
   * @remedy Verify the slot's proofs again.
   */
  | { readonly code: "PROOFS_CONTRADICTORY"; readonly reason: string }
  /**
   * Credits, beacons or relayed bytes of an entity exceed 2^53 - 1. Beyond that, sums depend on the order of
   * addition.
   * @remedy Find the tally that holds such a number.
   */
  | { readonly code: "CREDITS_NOT_EXACT"; readonly entityId: string; readonly quantity: string }
  /**
   * The credit window was given a slot out of order, or not the one that has to leave.
   * @remedy Give it every slot once and in order, or build it again.
   */
  | {
      readonly code: "WINDOW_SLOT_MISPLACED";
      readonly which: "entering" | "leaving";
      /** Undefined where no slot may leave yet. */
      readonly expected: number | undefined;
      /** Undefined where a slot must leave, and none did. */
      readonly given: number | undefined;
    }
  /**
   * The tally of a slot that leaves the window subtracts more from an entity than it has: it is not the tally
   * that entered.
   * @remedy Build the window again, and compare the slot's tally with its head.
   */
  | { readonly code: "WINDOW_TALLY_UNKNOWN"; readonly slot: number; readonly entityId: string };

/** A rule of PoOT that refuses its inputs. */
export class RuleError extends LucidError<RuleErrorDetails> {
  constructor(details: RuleErrorDetails, options?: ErrorOptions) {
    super(details, describe(details), options);
  }
}

function describe(details: RuleErrorDetails): string {
  switch (details.code) {
    case "ENTITY_ID_INVALID":
      return `"${details.entityId}" is not an entity's id: 0x and 40 lower-case hex digits. Find out where it came from; documents of the store never hold such an id.`;
    case "PROOFS_CONTRADICTORY":
      return `The proofs of a slot contradict each other: ${details.reason}. They were not all verified against the same chain and registrations; verify them again.`;
    case "CREDITS_NOT_EXACT":
      return `The ${details.quantity} of entity ${details.entityId} exceed 2^53 - 1 and cannot be counted exactly. No real work comes near that: find out which slot's tally holds such a number.`;
    case "WINDOW_SLOT_MISPLACED":
      return `The credit window was given ${slotText(details.given)} as the ${details.which} slot, and needs ${slotText(details.expected)}. Give it every slot once and in order, or build it again.`;
    case "WINDOW_TALLY_UNKNOWN":
      return `The tally of slot ${details.slot} takes more from entity ${details.entityId} than it has in the credit window. It is not the tally that entered: build the window again, and compare that slot's tally with its head.`;
  }
}

const slotText = (slot: number | undefined) => (slot === undefined ? "none" : `slot ${slot}`);
