import type { Standings } from "../../offchain/consensus/rules/standings.ts";

/** What an entity has in a window. */
export interface ListedEntity {
  readonly entityId: string;
  readonly credits: number;
  readonly beacons: number;
  readonly slots: number;
  readonly admitted: boolean;
}

/** Standings that say what a list says; the numbers are the places in it. */
export function standingsOf(entities: readonly ListedEntity[]): Standings {
  const numbers = new Map(entities.map(({ entityId }, number) => [entityId, number]));
  const at = (number: number) => entities[number] as ListedEntity;
  return {
    end: entities.length,
    admittedCount: entities.filter(({ admitted }) => admitted).length,
    numberOf: (entityId) => numbers.get(entityId),
    entityIdOf: (number) => at(number).entityId,
    creditsOf: (number) => at(number).credits,
    beaconsOf: (number) => at(number).beacons,
    slotsOf: (number) => at(number).slots,
    isAdmitted: (number) => at(number).admitted,
  };
}
