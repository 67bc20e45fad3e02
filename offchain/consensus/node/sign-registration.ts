import { hexlify, type Wallet } from "ethers";
import type { NewNodeRecord } from "../../store/documents.ts";
import type { PootDomain } from "../typed-data/domain.ts";
import { MessageHasher } from "../typed-data/message-hasher.ts";
import { signMessage } from "../typed-data/sign-message.ts";
import { registrationMessage } from "./registration-message.ts";

/** A registration record before it is signed. */
export type RegistrationContent = Omit<NewNodeRecord, "_id" | "sig" | "poolSig">;

/**
 * A registration record, ready for the store; where it names a pool, the pool has to countersign it first.
 *
 * @param account signs; its address must be the record's
 * @returns its id is the digest of its message, so the same record is one document
 * @throws {ConsensusError} MESSAGE_FIELD_INVALID
 */
export async function signRegistration(
  account: Wallet,
  domain: PootDomain,
  content: RegistrationContent,
): Promise<NewNodeRecord> {
  const named = { name: "NodeRecord", message: registrationMessage(content) } as const;
  const _id = hexlify(new MessageHasher(domain).digest(named));
  return { ...content, _id, sig: await signMessage(account, domain, named) };
}

/**
 * A pool's consent to a member's record, exactly as it is.
 *
 * @param pool its address must be the record's `poolId`
 * @throws {ConsensusError} MESSAGE_FIELD_INVALID
 */
export async function countersignRegistration(
  pool: Wallet,
  domain: PootDomain,
  record: NewNodeRecord,
): Promise<NewNodeRecord> {
  const message = registrationMessage(record);
  const poolSig = await signMessage(pool, domain, { name: "PoolCountersignature", message });
  return { ...record, poolSig };
}
