import secp256k1 from "secp256k1";
import { keccak, toBase58Check, withPrefix } from "../address.ts";
import { Refusal } from "../errors.ts";
import type { Account } from "../state/account.ts";
import type { Transaction } from "./transaction.ts";

const SIGNATURE_BYTES = 65;
const RECOVERY_ID_AT = 64;
/** What Ethereum adds to a recovery id; a signature may come with it or without. */
const RECOVERY_OFFSET = 27;
const UNCOMPRESSED_PREFIX_BYTES = 1;

/**
 * Checks who signed. The owner's default permission is all there is here: one key, its own.
 *
 * A signature is malleable, as on the chain: a high s, either form of the recovery id, and bytes after the 65th pass.
 *
 * @throws {Refusal} SIGERROR
 */
export function checkSignature(transaction: Transaction, owner: Account | undefined): void {
  const { contract, signatures } = transaction;
  if (contract === undefined || signatures.length === 0) throw refused("miss sig or contract");
  if (contract.permissionId !== 0 && !(owner?.hasPermissions && contract.permissionId === ACTIVE_PERMISSION))
    throw refused("permission isn't exit");
  if (signatures.length > 1)
    throw refused(`Signature count is ${signatures.length} more than key counts of permission : 1`);
  for (const signature of signatures) {
    const signer = signerOf(Buffer.from(transaction.id, "hex"), signature);
    if (signer.equals(contract.owner)) continue;
    const who = toBase58Check(signer);
    throw refused(`${signature.toString("hex")} is signed by ${who} but it is not contained of permission.`);
  }
}

/** The permission for daily use that every account gets which a transfer created. */
const ACTIVE_PERMISSION = 2;

/** The address, 21 bytes, whose key signed a digest. @throws {Refusal} SIGERROR */
function signerOf(digest: Uint8Array, signature: Buffer): Buffer {
  if (signature.length < SIGNATURE_BYTES) throw refused(`Signature size is ${signature.length}`);
  const byte = signature[RECOVERY_ID_AT] ?? 0;
  const recoveryId = byte >= RECOVERY_OFFSET ? byte - RECOVERY_OFFSET : byte;
  try {
    const compact = signature.subarray(0, RECOVERY_ID_AT);
    const key = secp256k1.ecdsaRecover(compact, recoveryId, digest, false);
    return withPrefix(keccak(key.subarray(UNCOMPRESSED_PREFIX_BYTES)).subarray(-20));
  } catch (error) {
    throw new Refusal(
      "SIGERROR",
      `Validate signature error: ${error instanceof Error ? error.message : error}`,
    );
  }
}

const refused = (reason: string) => new Refusal("SIGERROR", `Validate signature error: ${reason}`);
