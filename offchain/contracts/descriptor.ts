import { type InterfaceAbi, id, type Result, ZeroHash } from "ethers";
import type { Items } from "../evm/gas/linear-fit.ts";

/** A method that is sent as a transaction. */
export interface MethodDescriptor {
  /** The purpose under which its transactions are stored. */
  readonly purpose: string;
  /** Item counts on which its execution gas depends, from its arguments. @default none: each call needs the same */
  readonly items?: (args: Result) => Items;
}

/** Everything that the rest of the code knows about a contract without calling it. */
export interface ContractDescriptor<Name extends string = string> {
  readonly name: Name;
  /** Its name in the record of a deployment, and in Ignition's module. */
  readonly key: string;
  /** The setting that names its address. */
  readonly addressSetting: string;
  readonly abi: InterfaceAbi;
  /** Roles that have a meaning on it, by the names that operators type, with the contract's own ids. */
  readonly roles: Readonly<Record<string, string>>;
  readonly methods: Readonly<Record<string, MethodDescriptor>>;
  /** What to do about the custom errors that operators may meet. */
  readonly remedies: Readonly<Record<string, Remedy>>;
}

/** @param values of the custom error, by their names in the interface */
export type Remedy = (values: Readonly<Record<string, string>>) => string;

/** OpenZeppelin's AccessControl names a role by the hash of its constant's name, the admin by zero. */
export const ADMIN_ROLE = { ADMIN: ZeroHash } as const;
export const roleId = (name: string) => id(`${name}_ROLE`);

/** What AccessControl and Pausable add to a contract. */
export const ADMINISTRATION = {
  methods: {
    grantRole: { purpose: "role" },
    revokeRole: { purpose: "role" },
    pause: { purpose: "pause" },
    unpause: { purpose: "pause" },
  },
  remedies: {
    AccessControlUnauthorizedAccount: ({ neededRole, account }) =>
      `Grant it the role with: npx hardhat role grant ${neededRole} ${account}`,
    EnforcedPause: () => "The contract is paused; its admin ends that with: npx hardhat unpause",
    ExpectedPause: () => "The contract is not paused.",
  },
} as const satisfies Pick<ContractDescriptor, "methods" | "remedies">;
