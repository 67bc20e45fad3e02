import { randomBytes } from "node:crypto";
import { computeAddress, encodeRlp, getAddress, SigningKey, ZeroHash } from "ethers";

/** A validator of the chain. */
export interface Validator {
  /** 32 bytes in hex, as Besu reads its node key. */
  readonly key: string;
  readonly address: string;
  /** The uncompressed public key without its first byte, in hex: what an enode names. */
  readonly nodeId: string;
}

/** Where a validator listens; its IP address is fixed, because an enode names one. */
export interface Peer {
  readonly nodeId: string;
  readonly ip: string;
  readonly port: number;
}

/** 10^9 ether: gas costs something on this chain, so that nobody fills it for nothing, but not more than there is. */
const FUNDS = `0x${(10n ** 27n).toString(16)}`;

/** @param key a kept node key. @default a new one */
export function validatorOf(key: string = randomBytes(32).toString("hex")): Validator {
  const { publicKey } = new SigningKey(`0x${key}`);
  return { key, address: computeAddress(publicKey), nodeId: publicKey.slice(4) };
}

/**
 * The genesis block of a QBFT chain: the template, the validators in `extraData` and the funded accounts.
 *
 * @param template deployment/besu/genesis.json
 * @param funded addresses that pay for gas
 */
export function genesisOf(
  template: Readonly<Record<string, unknown>>,
  validators: readonly Validator[],
  funded: readonly string[],
) {
  const alloc = Object.fromEntries(funded.map((address) => [getAddress(address), { balance: FUNDS }]));
  return { ...template, extraData: extraDataOf(validators.map(({ address }) => address)), alloc };
}

/**
 * QBFT's extra data of a genesis block: vanity, validators in ascending order, no vote, round 0, no seals (EIP-650 with
 * QBFT's order of fields).
 */
export function extraDataOf(validators: readonly string[]): string {
  const sorted = validators.map((address) => address.toLowerCase()).sort();
  return encodeRlp([ZeroHash, sorted, [], "0x", []]);
}

/** What every validator connects to. */
export function staticNodes(peers: readonly Peer[]): string[] {
  return peers.map(({ nodeId, ip, port }) => `enode://${nodeId}@${ip}:${port}`);
}
