import { entityOf, type Registrations } from "./registrations.ts";
import { seedHash } from "./seed-hash.ts";

/**
 * The VRF output with which each entity draws: a node's own; a pool's is that of the member with the lowest
 * seedHash, and none if that member sent no beacon. So a pool of many members has one draw like everybody.
 *
 * @param beacons output of each node whose beacon for the seed counts, lower-case hex of one length
 * @param registrations in force at the slot of those beacons. A registration for it was stamped before the seed
 * existed, so a pool that knows the seed can no longer choose which member draws.
 */
export function entityOutputs(
  seed: string,
  beacons: ReadonlyMap<string, string>,
  registrations: Registrations,
): Map<string, string> {
  const outputs = new Map<string, string>();
  const pools = new Set<string>();
  for (const [nodeId, output] of beacons) {
    const entityId = entityOf(registrations, nodeId);
    if (entityId === nodeId) outputs.set(nodeId, output);
    else pools.add(entityId);
  }
  for (const poolId of pools) {
    const drawn = drawingMember(seed, registrations.members.get(poolId) ?? []);
    const output = drawn === undefined ? undefined : beacons.get(drawn);
    if (output !== undefined) outputs.set(poolId, output);
  }
  return outputs;
}

/** The member that draws for its pool; undefined without members. */
function drawingMember(seed: string, members: readonly string[]): string | undefined {
  let drawn: string | undefined;
  let lowest: string | undefined;
  for (const nodeId of members) {
    const hash = seedHash(seed, nodeId);
    if (lowest !== undefined && hash > lowest) continue;
    lowest = hash;
    drawn = nodeId;
  }
  return drawn;
}
