import type { NewNodeRecord } from "../../store/documents.ts";
import type { Message } from "../typed-data/message-types.ts";
import { NO_ADDRESS } from "../typed-data/proof-digest.ts";

/** The message of a registration record; its pool countersigns the same fields under another type. */
export function registrationMessage(
  record: Omit<NewNodeRecord, "_id" | "sig" | "poolSig">,
): Message<"NodeRecord"> {
  const { address, sequence, kind, action } = record;
  const { vrfPublicKey = "0x", tronAddress = "", poolId = NO_ADDRESS } = record;
  return { account: address, sequence, kind, action, vrfPublicKey, tronAddress, poolId };
}
