import { id, type TransactionReceipt, type Wallet, ZeroHash } from "ethers";
import type { LucidAnchors, LucidChunkStore } from "../../typechain-types/index.ts";
import { LucidAnchors__factory, LucidChunkStore__factory } from "../../typechain-types/index.ts";
import type { EvmClient } from "../evm/transactions/evm-client.ts";
import { ContractClient } from "./contract-client.ts";
import type { ContractLocation, ContractName } from "./deployment.ts";

/** The roles by their names, and the contract on which each has a meaning; admin is one of both. */
export const ROLES = {
  ADMIN: ZeroHash,
  REGISTRAR: id("REGISTRAR_ROLE"),
  UPLOADER: id("UPLOADER_ROLE"),
} as const;
export type Role = keyof typeof ROLES;

/** Who holds which role on one contract. */
export interface RoleHolder {
  readonly role: Role;
  readonly account: string;
}

/** What the admin of either contract does: grant and revoke roles, pause and unpause. */
export class AccessControlClient extends ContractClient<LucidAnchors | LucidChunkStore> {
  constructor(name: ContractName, location: ContractLocation, { evm }: { evm: EvmClient }) {
    const factory = name === "LucidAnchors" ? LucidAnchors__factory : LucidChunkStore__factory;
    super(name, factory.connect(location.address, evm.provider), location, evm);
  }

  hasRole(role: Role, account: string): Promise<boolean> {
    return this.read("hasRole", () => this.contract.hasRole(ROLES[role], account));
  }

  isPaused(): Promise<boolean> {
    return this.read("paused", () => this.contract.paused());
  }

  grantRole(signer: Wallet, role: Role, account: string): Promise<TransactionReceipt> {
    return this.send(signer, "grantRole", [account], [ROLES[role], account]);
  }

  revokeRole(signer: Wallet, role: Role, account: string): Promise<TransactionReceipt> {
    return this.send(signer, "revokeRole", [account], [ROLES[role], account]);
  }

  pause(signer: Wallet): Promise<TransactionReceipt> {
    return this.send(signer, "pause", [], []);
  }

  unpause(signer: Wallet): Promise<TransactionReceipt> {
    return this.send(signer, "unpause", [], []);
  }

  /** Everyone who holds a role now, in the order in which they got it. */
  async roleHolders(): Promise<RoleHolder[]> {
    const contract = this.contract as LucidAnchors;
    const candidates = new Map<string, RoleHolder>();
    for await (const events of this.events(contract.filters.RoleGranted(), {})) {
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
