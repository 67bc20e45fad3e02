import { D_MIN } from "../parameters.ts";

/** Beacons that an entity sent in a window, and those that it would have sent had it never been away. */
export interface LiveScore {
  readonly beacons: number;
  readonly slots: number;
}

/** Whether a liveScore is at least D_MIN: `5 x beacons >= slots`, in whole numbers. */
export function isLive({ beacons, slots }: LiveScore): boolean {
  return D_MIN.denominator * beacons >= D_MIN.numerator * slots;
}
