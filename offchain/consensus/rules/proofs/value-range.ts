import type { TaskProofDocument } from "../../../store/documents.ts";
import type { Refusal } from "./refusal.ts";

const MAX_UINT8 = 2 ** 8 - 1;
const MAX_UINT32 = 2 ** 32 - 1;

/** What fits the store need not fit the message: the store knows one kind of whole number, up to 2^53 - 1. */
export function rangeRefusal({ type, value }: TaskProofDocument): Refusal | undefined {
  if (type !== "storage_availability") return undefined;
  const { challenge, chunk, segmentIndex } = value;
  const fits = challenge <= MAX_UINT8 && Math.max(chunk.idx, chunk.sizeBytes, segmentIndex) <= MAX_UINT32;
  return fits ? undefined : "PROOF_VALUE_OUT_OF_RANGE";
}
