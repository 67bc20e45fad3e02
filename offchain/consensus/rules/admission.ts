import { entityOf, type Registrations } from "./registrations.ts";

/**
 * The entities that may lead as far as admission goes: each entity with at least one registered node whose address
 * holds REGISTRAR_ROLE. A pool's own address needs no role.
 *
 * @param registrations in force at the slot to be decided
 * @param isAdmitted whether a node's address holds the role at that slot's headBlock
 */
export function admittedEntities(
  registrations: Registrations,
  isAdmitted: (nodeId: string) => boolean,
): Set<string> {
  const entities = new Set<string>();
  for (const { address, kind } of registrations.inForce.values()) {
    if (kind === "node" && isAdmitted(address)) entities.add(entityOf(registrations, address));
  }
  return entities;
}
