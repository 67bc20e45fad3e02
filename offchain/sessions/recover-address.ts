import type { BytesLike } from "ethers";
import { recoverSigner } from "./recover-signer.ts";
import { signatureFormFault } from "./signature-form.ts";

/** Why a signature is refused whatever was signed. */
export type SignatureFault = "SIGNATURE_MALFORMED" | "SIGNATURE_MALLEABLE";

export type Recovered =
  | { readonly address: string; readonly fault?: never }
  | { readonly address?: never; readonly fault: SignatureFault };

/**
 * The address whose key signed a digest, or why the signature is not acceptable.
 *
 * Always by recovery, and never by verifying with a known public key: that ignores v, so a signature with the other v
 * would hold for whoever has seen the key before and for nobody else. Recovery, the only way to tell, costs a fifth
 * more than verification would.
 *
 * @param digest 32 bytes.
 * @param signature r, s and v (27 or 28) with a low s, 65 bytes in lower-case hex: no other spelling is accepted.
 * @returns the address in lower-case hex.
 */
export function recoverAddress(digest: BytesLike, signature: string): Recovered {
  const form = signatureFormFault(signature);
  if (form !== undefined) {
    return { fault: form === "malleable" ? "SIGNATURE_MALLEABLE" : "SIGNATURE_MALFORMED" };
  }
  try {
    return { address: recoverSigner(digest, signature) };
  } catch {
    // Of a signature in this form there is one fault left: no public key fits (r or s out of range, r not on the curve).
    return { fault: "SIGNATURE_MALFORMED" };
  }
}
