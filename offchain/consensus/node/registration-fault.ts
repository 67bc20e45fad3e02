import { hexlify } from "ethers";
import { recoverAddress, type SignatureFault } from "../../sessions/recover-address.ts";
import type { NodeDocument } from "../../store/documents.ts";
import type { MessageHasher } from "../typed-data/message-hasher.ts";
import { registrationMessage } from "./registration-message.ts";

/** Why a registration record is not its account's, or not with its pool's consent. */
export type RegistrationFault = SignatureFault | "ID_MISMATCH" | "SIGNER_NOT_ACCOUNT" | "SIGNER_NOT_POOL";

/**
 * Checks what a registration record says of itself: its id, the account's signature, and the pool's where it has one.
 * A record that names a pool without its signature is left to the rules.
 *
 * @returns undefined where all of it holds
 */
export function registrationFault(
  record: NodeDocument,
  hasher: MessageHasher,
): RegistrationFault | undefined {
  const message = registrationMessage(record);
  const digest = hasher.digest({ name: "NodeRecord", message });
  if (record._id !== hexlify(digest)) return "ID_MISMATCH";
  const account = recoverAddress(digest, record.sig);
  if (account.fault !== undefined) return account.fault;
  if (account.address !== record.address) return "SIGNER_NOT_ACCOUNT";
  if (record.poolId === undefined || record.poolSig === undefined) return undefined;
  const consent = hasher.digest({ name: "PoolCountersignature", message });
  const pool = recoverAddress(consent, record.poolSig);
  if (pool.fault !== undefined) return pool.fault;
  return pool.address === record.poolId ? undefined : "SIGNER_NOT_POOL";
}
