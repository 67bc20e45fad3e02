import { createHash } from "node:crypto";
import bs58 from "bs58";
import { getBytes, keccak256 } from "ethers";

/** What an address begins with. */
export const ADDRESS_PREFIX = 0x41;
export const ADDRESS_BYTES = 21;
const CHECKSUM_BYTES = 4;

export const sha256 = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();

const checksumOf = (bytes: Uint8Array): Buffer => sha256(sha256(bytes)).subarray(0, CHECKSUM_BYTES);

/** Any bytes in base58check. A node prints even what is not an address this way, such as the bare 20 bytes of a log. */
export function toBase58Check(bytes: Uint8Array): string {
  return bs58.encode(Buffer.concat([bytes, checksumOf(bytes)]));
}

/** The bytes of an address in base58check; undefined where its checksum or its length is wrong. */
export function fromBase58Check(text: string): Buffer | undefined {
  const bytes = bs58.decodeUnsafe(text);
  if (bytes === undefined || bytes.length !== ADDRESS_BYTES + CHECKSUM_BYTES) return undefined;
  const address = Buffer.from(bytes.subarray(0, ADDRESS_BYTES));
  const isSound = checksumOf(address).equals(bytes.subarray(ADDRESS_BYTES)) && address[0] === ADDRESS_PREFIX;
  return isSound ? address : undefined;
}

export function isAddress(bytes: Uint8Array): boolean {
  return bytes.length === ADDRESS_BYTES && bytes[0] === ADDRESS_PREFIX;
}

/** 21 bytes from the 20 that the virtual machine has. */
export function withPrefix(twenty: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(ADDRESS_PREFIX), twenty]);
}

export const keccak = (bytes: Uint8Array): Buffer => Buffer.from(getBytes(keccak256(bytes)));
