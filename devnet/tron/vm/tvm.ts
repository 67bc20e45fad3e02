import { Common, type CommonOpts, Hardfork, Mainnet } from "@ethereumjs/common";
import { EVM, type EVMMockBlockchainInterface, type Message, NobleBN254 } from "@ethereumjs/evm";
import { Address } from "@ethereumjs/util";
import { keccak, withPrefix } from "../address.ts";
import { energyParams } from "./energy-params.ts";
import { type OperationTable, patchOperations, type RunLimits } from "./operations.ts";
import type { LayeredStateManager } from "./state-manager.ts";

/** The rules that the chain's committee has switched on; their prices are replaced. */
const RULES = Hardfork.Cancun;

/** The last block hashes, which BLOCKHASH reads. */
export type BlockHashes = (number: number) => Uint8Array | undefined;

/**
 * TRON's virtual machine: an EVM with TRON's prices, addresses of contracts and limit of time.
 */
export class Tvm extends EVM {
  /** The root transaction and how many contracts it has created, of which a created address is made. */
  readonly #creation: { transactionId: Uint8Array; count: number } = {
    transactionId: new Uint8Array(0),
    count: 0,
  };
  readonly limits: RunLimits;

  constructor(state: LayeredStateManager, chainId: bigint, blockHashes: BlockHashes, isDear = false) {
    super({
      common: rulesOf(chainId),
      stateManager: state,
      blockchain: blockchainOf(blockHashes),
      allowUnlimitedContractSize: true,
      allowUnlimitedInitCodeSize: true,
      params: energyParams,
      bn254: new NobleBN254(),
    });
    this.limits = { jumpsLeft: 0, dearness: () => 0, penalty: 0n, energyLimit: 0n };
    patchOperations(this._opcodeMap as unknown as OperationTable, this.limits, isDear);
  }

  /** Begins a transaction, whose id goes into the addresses of the contracts that it creates. */
  begin(transactionId: Uint8Array): void {
    this.#creation.transactionId = transactionId;
    this.#creation.count = 0;
    this.limits.penalty = 0n;
  }

  /** A deploying transaction's contract is keyed by its owner, one created by a contract by the order of creation. */
  protected override async _generateAddress(message: Message): Promise<Address> {
    const { caller, salt, depth } = message;
    if (salt !== undefined) {
      const code = message.code instanceof Uint8Array ? message.code : new Uint8Array(0);
      return addressFrom(withPrefix(caller.bytes), salt, keccak(code));
    }
    if (depth === 0) return contractAddress(this.#creation.transactionId, withPrefix(caller.bytes));
    const number = Buffer.alloc(8);
    number.writeBigUInt64BE(BigInt(this.#creation.count));
    this.#creation.count += 1;
    return addressFrom(this.#creation.transactionId, number);
  }
}

/** The address of a contract that a transaction deploys. @param owner 21 bytes */
export function contractAddress(transactionId: Uint8Array, owner: Uint8Array): Address {
  return addressFrom(transactionId, owner);
}

const addressFrom = (...parts: readonly Uint8Array[]): Address =>
  new Address(keccak(Buffer.concat(parts)).subarray(-20));

function rulesOf(chainId: bigint): Common {
  const chain: CommonOpts["chain"] = { ...Mainnet, name: "tron-node", chainId: Number(chainId) };
  return new Common({ chain, hardfork: RULES });
}

function blockchainOf(blockHashes: BlockHashes): EVMMockBlockchainInterface {
  const blockchain = {
    getBlock: async (number: number) => ({ hash: () => blockHashes(number) ?? new Uint8Array(32) }),
    putBlock: () => Promise.reject(new Error("blocks are produced by the node")),
    shallowCopy: () => blockchain,
  };
  return blockchain as EVMMockBlockchainInterface;
}
