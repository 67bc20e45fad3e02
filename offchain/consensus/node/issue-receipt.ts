import type { Signer } from "ethers";
import { sessionIdToBytes32 } from "../../sessions/session-id.ts";
import type { PootDomain } from "../typed-data/domain.ts";
import { signMessage } from "../typed-data/sign-message.ts";
import { type RelayReceipt, writeReceipt } from "./receipt-file.ts";

/** What a receipt says, before it is signed. */
export type ReceiptContent = Omit<RelayReceipt, "signature">;

/**
 * Signs a relay receipt and leaves it in a folder, from which the node claims it in the receipt's slot.
 *
 * @param owner of the session; a receipt that somebody else signed is refused
 * @returns the file's path
 */
export async function issueReceipt(
  folder: string,
  content: ReceiptContent,
  owner: Signer,
  domain: PootDomain,
): Promise<string> {
  const { sessionId, nodeId, slot, bytes } = content;
  const message = { sessionId: sessionIdToBytes32(sessionId), nodeId, slot, bytes };
  const signature = await signMessage(owner, domain, { name: "RelayReceipt", message });
  return await writeReceipt(folder, { sessionId, nodeId, slot, bytes, signature });
}
