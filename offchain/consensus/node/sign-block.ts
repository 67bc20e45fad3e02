import type { SlotBlock } from "../../store/documents.ts";
import { type BlockRecord, blockBody, blockHash } from "../rules/block-record.ts";
import type { PootDomain } from "../typed-data/domain.ts";
import { signMessage } from "../typed-data/sign-message.ts";
import type { Identity } from "./identity.ts";

/** A block that a node signs as the slot's leader. */
export async function signBlock(
  record: BlockRecord,
  { wallet, nodeId }: Pick<Identity, "wallet" | "nodeId">,
  domain: PootDomain,
): Promise<SlotBlock> {
  const body = blockBody(record);
  const hash = blockHash(body);
  const message = { slot: record.slot, blockHash: hash };
  const signature = await signMessage(wallet, domain, { name: "SlotBlock", message });
  return { hash, body, signature, signer: nodeId };
}
