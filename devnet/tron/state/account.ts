/** An account as it is stored. Times are slots where their name says so, else Unix milliseconds. */
export interface Account {
  /** 21 bytes in hex. */
  readonly address: string;
  readonly name?: string;
  readonly isContract: boolean;
  /** In sun. */
  readonly balance: bigint;
  /** Grows when the contract creates another one; nothing else counts it. */
  readonly nonce: bigint;
  readonly createTime?: number;
  readonly latestOperationTime?: number;
  /** Free bandwidth used, as of `latestFreeSlot`. */
  readonly freeNetUsage: number;
  readonly latestFreeSlot: number;
  readonly latestEnergySlot: number;
  /** Accounts that a transfer created have their permissions written out; those of the genesis block do not. */
  readonly hasPermissions: boolean;
}

export function newAccount(address: string, fields: Partial<Account> = {}): Account {
  return {
    isContract: false,
    balance: 0n,
    nonce: 0n,
    freeNetUsage: 0,
    latestFreeSlot: 0,
    latestEnergySlot: 0,
    hasPermissions: false,
    ...fields,
    address,
  };
}
