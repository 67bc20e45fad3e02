import { recoverAddress } from "../../../sessions/recover-address.ts";
import { sessionIdToBytes32 } from "../../../sessions/session-id.ts";
import { WINDOW_SLOTS } from "../../parameters.ts";
import { slotAt } from "../../slot-time.ts";
import type { MessageHasher } from "../../typed-data/message-hasher.ts";
import type { ProofOf, RegisteredContent, RelayEvidence } from "./evidence.ts";
import type { Refusal } from "./refusal.ts";

/** The content that was relayed, or why the proof does not count. */
export type RelayedContent =
  | { readonly content: RegisteredContent; readonly refusal?: never }
  | { readonly content?: never; readonly refusal: Refusal };

/**
 * Relayed bytes count if the owner of a freshly registered session whose chunks are all recorded signed a receipt for
 * them, for this node and this slot.
 *
 * That all receipts of a session and entity count up to the session's size takes those of other slots, and is not
 * decided here: a receipt for more than any such session of the owner holds is refused.
 */
export function relayRefusal(
  proof: ProofOf<"relay_bandwidth">,
  evidence: RelayEvidence,
  hasher: MessageHasher,
): Refusal | undefined {
  return relayedContent(proof, evidence, hasher).refusal;
}

/** Which content of the session a relay proof is for: whoever adds up bytes needs its commitment and its size. */
export function relayedContent(
  { nodeId, slot, value }: ProofOf<"relay_bandwidth">,
  { contents }: RelayEvidence,
  hasher: MessageHasher,
): RelayedContent {
  const { sessionId, bytes, receipt } = value;
  const known = contents.filter((content) => slotsSince(content, slot) > 0);
  if (known.length === 0) return { refusal: "SESSION_NOT_REGISTERED" };

  const message = { sessionId: sessionIdToBytes32(sessionId), nodeId, slot, bytes };
  const { address, fault } = recoverAddress(hasher.digest({ name: "RelayReceipt", message }), receipt);
  if (fault !== undefined) return { refusal: fault };
  const own = known.filter(({ owner }) => owner === address);
  if (own.length === 0) return { refusal: "SIGNER_NOT_OWNER" };
  const fresh = own.filter((content) => slotsSince(content, slot) <= WINDOW_SLOTS);
  if (fresh.length === 0) return { refusal: "SESSION_TOO_OLD" };

  // Whoever registers may write anybody's name on a content, so one without chunks, or too small for the receipt, is in
  // nobody's way. Of several that are recorded and large enough the earliest counts.
  const recorded = fresh.filter(({ isRecorded }) => isRecorded);
  if (recorded.length === 0) return { refusal: "CHUNKS_NOT_RECORDED" };
  const content = recorded.find(({ sizeBytes }) => bytes > 0 && bytes <= sizeBytes);
  return content === undefined ? { refusal: "RELAY_BYTES_OUT_OF_RANGE" } : { content };
}

/** From the slot of the registration to that of the proof: what is registered in a slot is known from the next one on. */
function slotsSince({ registeredAt }: RegisteredContent, slot: number): number {
  return slot - slotAt(registeredAt * 1_000);
}
