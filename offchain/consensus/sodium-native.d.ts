/**
 * The few functions of sodium-native that are used here. Each writes its first argument and throws `status: -1` where
 * libsodium refuses the others.
 */
declare module "sodium-native" {
  export function crypto_core_ed25519_add(sum: Uint8Array, p: Uint8Array, q: Uint8Array): void;
  export function crypto_core_ed25519_sub(difference: Uint8Array, p: Uint8Array, q: Uint8Array): void;
  export function crypto_scalarmult_ed25519_noclamp(
    product: Uint8Array,
    scalar: Uint8Array,
    p: Uint8Array,
  ): void;
  export function crypto_scalarmult_ed25519_base_noclamp(product: Uint8Array, scalar: Uint8Array): void;
}
