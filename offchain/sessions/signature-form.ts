/** r, s and v, 65 bytes in lower-case hex; the 64 bytes of EIP-2098 would be a second encoding of the same. */
const SIGNATURE = /^0x[0-9a-f]{128}1[bc]$/;

const S_STARTS = 2 + 64;
const S_ENDS = S_STARTS + 64;

/** Half of secp256k1's order (SEC 2): above it, anybody could compute a second valid signature (EIP-2). */
const MAX_S = "7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0";

/**
 * Why a signature is not in the only accepted encoding: 65 bytes, r, s and v (27 or 28), in lower-case hex
 * with 0x, and s in the lower half of the curve's order. Undefined if it is.
 */
export function signatureFormFault(signature: string): "malformed" | "malleable" | undefined {
  if (!SIGNATURE.test(signature)) return "malformed";
  // Equal in length and in lower case, so they compare like numbers.
  return signature.slice(S_STARTS, S_ENDS) > MAX_S ? "malleable" : undefined;
}
