import type { TaskProofDocument } from "../../../store/documents.ts";
import { closingTime, slotStart } from "../../slot-time.ts";
import type { Refusal } from "./refusal.ts";

/** A proof counts if the store stamped it in its slot or later, and before the slot's inputs are closed. */
export function timeRefusal({ slot, ts }: TaskProofDocument): Refusal | undefined {
  if (ts < slotStart(slot)) return "PROOF_TOO_EARLY";
  return ts > closingTime(slot) ? "PROOF_TOO_LATE" : undefined;
}
