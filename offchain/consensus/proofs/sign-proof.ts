import { hexlify, type Signer } from "ethers";
import type { NewTaskProof } from "../../store/documents.ts";
import type { PootDomain } from "../typed-data/domain.ts";
import { MessageHasher } from "../typed-data/message-hasher.ts";
import { type ProofContent, proofDigest, proofMessage } from "../typed-data/proof-digest.ts";
import { signMessage } from "../typed-data/sign-message.ts";

/**
 * A node's proof, ready for the store: its id is the digest of what it claims, so the same claim is one document.
 *
 * @param node signs; its address must be the proof's `nodeId`.
 * @throws {ConsensusError} MESSAGE_FIELD_INVALID
 */
export async function signProof(
  node: Signer,
  domain: PootDomain,
  content: ProofContent,
): Promise<NewTaskProof> {
  const _id = hexlify(proofDigest(new MessageHasher(domain), content));
  const sig = await signMessage(node, domain, proofMessage(content));
  return { ...content, _id, sig };
}
