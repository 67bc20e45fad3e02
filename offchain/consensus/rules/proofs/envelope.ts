import { recoverAddress } from "../../../sessions/recover-address.ts";
import type { TaskProofDocument } from "../../../store/documents.ts";
import type { MessageHasher } from "../../typed-data/message-hasher.ts";
import { proofDigest } from "../../typed-data/proof-digest.ts";
import type { Refusal } from "./refusal.ts";

/** The id is the digest of the claim, and the node signed it in this domain. */
export function envelopeRefusal(proof: TaskProofDocument, hasher: MessageHasher): Refusal | undefined {
  const digest = proofDigest(hasher, proof);
  if (proof._id !== `0x${Buffer.from(digest).toString("hex")}`) return "PROOF_ID_MISMATCH";
  const { address, fault } = recoverAddress(digest, proof.sig);
  if (fault !== undefined) return fault;
  return address === proof.nodeId ? undefined : "SIGNER_NOT_NODE";
}
