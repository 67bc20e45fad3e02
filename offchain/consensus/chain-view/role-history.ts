interface Change {
  readonly blockNumber: number;
  readonly isHeld: boolean;
}

/** Who held a role after which block. Accounts are told apart by their addresses, whatever their letters' case. */
export class RoleHistory {
  /** By address in lower case: what each block with a change left, oldest first. */
  readonly #changes = new Map<string, Change[]>();

  /** Takes in a change; they come in chain order, and the last one in a block is what the block leaves. */
  add(account: string, change: Change): void {
    const address = account.toLowerCase();
    const changes = this.#changes.get(address) ?? [];
    if (changes.at(-1)?.blockNumber === change.blockNumber) changes.pop();
    changes.push(change);
    this.#changes.set(address, changes);
  }

  isHeld(account: string, blockNumber: number): boolean {
    const changes = this.#changes.get(account.toLowerCase());
    return changes?.findLast((change) => change.blockNumber <= blockNumber)?.isHeld ?? false;
  }

  /** The holders after a block: addresses in lower case, in ascending order. */
  holders(blockNumber: number): string[] {
    return [...this.#changes.keys()].filter((address) => this.isHeld(address, blockNumber)).sort();
  }
}
