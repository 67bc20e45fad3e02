import { hexlify, type Signer } from "ethers";
import { signTypedData } from "../../sessions/sign-typed-data.ts";
import { type PootDomain, walletDomain } from "./domain.ts";
import { MessageHasher } from "./message-hasher.ts";
import { type NamedMessage, walletTypes } from "./message-types.ts";

/**
 * Signs a message of PoOT: natively where the key is at hand, else by the signer's own `signTypedData`.
 *
 * @returns r, s and v, 65 bytes hex.
 * @throws {ConsensusError} MESSAGE_FIELD_INVALID
 */
export async function signMessage(signer: Signer, domain: PootDomain, named: NamedMessage): Promise<string> {
  const { name, message } = named;
  const digest = hexlify(new MessageHasher(domain).digest(named));
  const data = { domain: walletDomain(domain), types: walletTypes(name), message: { ...message } };
  return await signTypedData(signer, data, digest);
}
