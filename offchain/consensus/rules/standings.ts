/**
 * What the entities have in a window, by number: a pass over a million of them can afford no object for each.
 * Which entity has which number makes no difference to any rule.
 */
export interface Standings {
  /** Numbers run from 0 to before this one. A number that belongs to nobody has neither credits nor beacons. */
  readonly end: number;
  /** Entities that are admitted in the slot to be decided, those without credits and beacons included. */
  readonly admittedCount: number;
  /** Undefined for an entity that has neither credits nor beacons and is not admitted. */
  numberOf(entityId: string): number | undefined;
  entityIdOf(number: number): string;
  creditsOf(number: number): number;
  beaconsOf(number: number): number;
  /** Slots of the window; of a pool the sum of its members over them. */
  slotsOf(number: number): number;
  isAdmitted(number: number): boolean;
}

/** What the entities have in the window that ends with the last slot of an epoch. */
export interface EpochStandings extends Standings {
  /** Credits earned in the epoch that the window's last slot belongs to, as far as the window holds that epoch. */
  epochCreditsOf(number: number): number;
}
