import type { TransactionReceipt, Wallet } from "ethers";
import type { TypedDeferredTopicFilter } from "../../typechain-types/common.ts";
import { type LucidAnchors, LucidAnchors__factory } from "../../typechain-types/index.ts";
import type { EvmClient } from "../evm/transactions/evm-client.ts";
import { ContractClient } from "./contract-client.ts";
import { type BlockRange, type EventPosition, positionOf } from "./contract-reader.ts";
import type { ContractLocation } from "./deployment.ts";
import { ADMINISTRATION, type ContractDescriptor } from "./descriptor.ts";
import { type AdministeredName, descriptorOf, ROLES, type Role } from "./registry.ts";

/** Who holds which role on one contract. */
export interface RoleHolder {
  readonly role: Role;
  readonly account: string;
}

/** The event of a granted or revoked role. */
export interface RoleChange extends EventPosition {
  /** EIP-55. */
  readonly account: string;
  readonly isGranted: boolean;
}

type Administration = ContractDescriptor & Pick<typeof ADMINISTRATION, "methods">;

/** What the admin of a contract does: grant and revoke roles, pause and unpause. */
export class AccessControlClient extends ContractClient<LucidAnchors, Administration> {
  constructor(name: AdministeredName, location: ContractLocation, { evm }: { evm: EvmClient }) {
    // All these contracts have the same AccessControl and Pausable, and nothing else is called here.
    const contract = LucidAnchors__factory.connect(location.address, evm.provider);
    super({ ...descriptorOf(name), methods: ADMINISTRATION.methods }, contract, location, evm);
  }

  hasRole(role: Role, account: string): Promise<boolean> {
    return this.read("hasRole", () => this.contract.hasRole(ROLES[role], account));
  }

  isPaused(): Promise<boolean> {
    return this.read("paused", () => this.contract.paused());
  }

  grantRole(signer: Wallet, role: Role, account: string): Promise<TransactionReceipt> {
    return this.calls.send(signer, "grantRole", [account], [ROLES[role], account]);
  }

  revokeRole(signer: Wallet, role: Role, account: string): Promise<TransactionReceipt> {
    return this.calls.send(signer, "revokeRole", [account], [ROLES[role], account]);
  }

  pause(signer: Wallet): Promise<TransactionReceipt> {
    return this.calls.send(signer, "pause", [], []);
  }

  unpause(signer: Wallet): Promise<TransactionReceipt> {
    return this.calls.send(signer, "unpause", [], []);
  }

  /** Whether a role was ever revoked from an account, by the contract's events. */
  async wasRevoked(role: Role, account: string): Promise<boolean> {
    const revoked = this.contract.filters.RoleRevoked(ROLES[role], account);
    for await (const events of this.events(revoked, {})) if (events.length > 0) return true;
    return false;
  }

  /** Grants and revocations of roles, oldest first, a page of blocks at a time. */
  async *roleChanges(role: Role, range: BlockRange = {}): AsyncGenerator<RoleChange[]> {
    const { RoleGranted, RoleRevoked } = this.contract.filters;
    // One query for both: the order of their events decides. ethers distinguishes them by their topics.
    const either: TypedDeferredTopicFilter<typeof RoleGranted | typeof RoleRevoked> = {
      fragment: RoleGranted.fragment,
      getTopicFilter: async () => [
        [RoleGranted.fragment.topicHash, RoleRevoked.fragment.topicHash],
        ROLES[role],
      ],
    };
    for await (const events of this.events(either, range)) {
      yield events.map((event) => ({
        account: event.args.account,
        isGranted: event.eventName === RoleGranted.name,
        ...positionOf(event),
      }));
    }
  }

  /** Everyone who holds a role now, in the order in which they got it. */
  async roleHolders(): Promise<RoleHolder[]> {
    const candidates = new Map<string, RoleHolder>();
    for await (const events of this.events(this.contract.filters.RoleGranted(), {})) {
      for (const { args } of events) {
        const role = (Object.keys(ROLES) as Role[]).find((name) => ROLES[name] === args.role);
        if (role !== undefined) candidates.set(`${role} ${args.account}`, { role, account: args.account });
      }
    }
    const holders = await Promise.all(
      [...candidates.values()].map(async (holder) => ({
        holder,
        holds: await this.hasRole(holder.role, holder.account),
      })),
    );
    return holders.filter(({ holds }) => holds).map(({ holder }) => holder);
  }
}
