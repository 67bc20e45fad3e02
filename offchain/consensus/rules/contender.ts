import { seedHash } from "./seed-hash.ts";
import type { Standings } from "./standings.ts";

/** An entity in an order of entities, with all that its place follows from. */
export interface Contender {
  readonly entityId: string;
  readonly credits: number;
  readonly beacons: number;
  readonly slots: number;
  /** VRF output for the seed. */
  readonly output: string | undefined;
  /** The last slot that it won. */
  readonly lastWon: number | undefined;
  /** seedHash of the entity, computed only where the order depends on it. */
  seedHash(): string;
}

/** Where contenders come from. */
export interface Contest {
  readonly seed: string;
  readonly standings: Standings;
  readonly outputs: ReadonlyMap<string, string>;
  /** The last slot that an entity won. */
  readonly lastWonOf: (entityId: string) => number | undefined;
}

export function contenderOf({ seed, standings, outputs, lastWonOf }: Contest, number: number): Contender {
  const entityId = standings.entityIdOf(number);
  let hash: string | undefined;
  return {
    entityId,
    credits: standings.creditsOf(number),
    beacons: standings.beaconsOf(number),
    slots: standings.slotsOf(number),
    output: outputs.get(entityId),
    lastWon: lastWonOf(entityId),
    seedHash: () => {
      hash ??= seedHash(seed, entityId);
      return hash;
    },
  };
}
