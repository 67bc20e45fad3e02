import type { ADMIN_ROLE, ContractDescriptor } from "./descriptor.ts";
import { lucidAnchors } from "./lucid-anchors/descriptor.ts";
import { lucidCheckpoints } from "./lucid-checkpoints/descriptor.ts";
import { lucidChunkStore } from "./lucid-chunk-store/descriptor.ts";

/** Every contract on the On-System chain. What they have in common is derived from this list. */
export const CONTRACTS = [lucidAnchors, lucidChunkStore, lucidCheckpoints] as const;

type Contract = (typeof CONTRACTS)[number];
/** A contract that has an admin, and therefore its own roles and pause. */
type AdministeredContract = Extract<Contract, { roles: typeof ADMIN_ROLE }>;

export type ContractName = Contract["name"];
export type ContractKey = Contract["key"];
export type AdministeredName = AdministeredContract["name"];

const BY_NAME: ReadonlyMap<string, ContractDescriptor<ContractName>> = new Map(
  CONTRACTS.map((contract) => [contract.name, contract]),
);

export function descriptorOf(name: ContractName): ContractDescriptor<ContractName> {
  return BY_NAME.get(name) as ContractDescriptor<ContractName>;
}

/** A method by the name of an action, e.g. `LucidAnchors.registerSessions`; undefined where it is not one of ours. */
export function methodOf(action: string) {
  const [name = "", method = ""] = action.split(".");
  const contract = BY_NAME.get(name);
  const descriptor = contract?.methods[method];
  return contract && descriptor && { contract, method, descriptor };
}

export type Role = keyof UnionToIntersection<Contract["roles"]>;

type UnionToIntersection<U> = (U extends unknown ? (one: U) => void : never) extends (all: infer I) => void
  ? I
  : never;

/** Every role by its name, with its id. */
export const ROLES = Object.assign({}, ...CONTRACTS.map(({ roles }) => roles)) as Readonly<
  Record<Role, string>
>;

/** The contracts on which a role has a meaning; for ADMIN all that have roles. */
export function contractsWith(role: Role): AdministeredName[] {
  return CONTRACTS.filter(isAdministered)
    .filter(({ roles }) => role in roles)
    .map(({ name }) => name);
}

function isAdministered(contract: Contract): contract is AdministeredContract {
  return "ADMIN" in contract.roles;
}
