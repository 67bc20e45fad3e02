import secp256k1 from "secp256k1";
import { keccak, sha256, withPrefix } from "../address.ts";

/** Who produces blocks. */
export interface Witness {
  /** 21 bytes. */
  readonly address: Buffer;
  readonly privateKey: Buffer;
}

/** Witnesses with keys that everybody can compute: blocks of a local node need no secret. */
export function witnessesOf(count: number): readonly Witness[] {
  return Array.from({ length: count }, (_, index) => {
    const privateKey = sha256(Buffer.from(`tron-node witness ${index}`));
    return { privateKey, address: addressOfKey(privateKey) };
  });
}

/** The address, 21 bytes, of a private key. */
export function addressOfKey(privateKey: Uint8Array): Buffer {
  return withPrefix(keccak(secp256k1.publicKeyCreate(privateKey, false).subarray(1)).subarray(-20));
}
