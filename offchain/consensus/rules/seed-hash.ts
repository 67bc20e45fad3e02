import { keccak256Hex } from "../../keccak.ts";
import { abiWords } from "../../sessions/abi-words.ts";

/**
 * The order of last resort among addresses: `keccak256(abi.encode(bytes32 seed, address id))`, lowest first. Nobody
 * chooses it, because nobody chooses the seed.
 */
export function seedHash(seed: string, id: string): string {
  return keccak256Hex(abiWords(seed, id));
}
