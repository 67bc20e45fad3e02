import type { FundedAccount } from "./blocks/genesis.ts";
import type { TronFaults } from "./faults.ts";

/** A TRON node inside this process, for development and tests. */
export interface TronNode extends AsyncDisposable {
  /** Serves /wallet, e.g. `http://127.0.0.1:8090`; tronweb's `fullHost`. */
  readonly fullHost: string;
  /** Serves /walletsolidity; the same as `fullHost` where both are on one port. */
  readonly solidityHost: string;
  /** What `block.chainid` is to contracts: the last four bytes of the genesis block's id. */
  readonly chainId: bigint;
  /** In hex. */
  readonly genesisId: string;
  /** Number of the newest block. */
  readonly head: number;
  /** Accounts with TRX, and their keys. */
  readonly accounts: readonly FundedAccount[];

  /** Produces blocks, the first of everything pending. @param blocks @default 1 */
  mine(blocks?: number): Promise<void>;
  /** The next block's time, in Unix milliseconds; rounded down to a slot, and at least a slot after the head. */
  setTime(timestamp: number): Promise<void>;
  /** The next block comes so many milliseconds after the head, as if blocks had been missing. */
  increaseTime(milliseconds: number): Promise<void>;
  /** Remembers the chain with its pending transactions. @returns an id for {@link revert} */
  snapshot(): Promise<number>;
  /** Goes back to a snapshot, which is used up. @throws where there is none of that id */
  revert(id: number): Promise<void>;
  /** Switches faults; those that are not named stay as they are. */
  setFaults(faults: Partial<TronFaults>): void;
  /** A fork without the blocks that /walletsolidity does not know yet: they and all that is pending are gone. */
  dropUnsolidified(): Promise<void>;
  /** Forgets the pending transactions, as a node that is started again does. */
  dropPending(): Promise<void>;
  /** Sets an account's balance in sun from the next read on. @param address base58check */
  setBalance(address: string, balance: bigint): Promise<void>;
  close(): Promise<void>;
}
