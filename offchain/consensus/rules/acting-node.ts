import { entityOf, type Registrations } from "./registrations.ts";

/** Whether a registered node acts for an entity: it is the entity itself, or a member of that pool. */
export function actsFor(registrations: Registrations, nodeId: string, entityId: string): boolean {
  const isNode = registrations.inForce.get(nodeId)?.kind === "node";
  return isNode && entityOf(registrations, nodeId) === entityId;
}
