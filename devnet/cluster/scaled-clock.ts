import type { Clock } from "../../offchain/consensus/node/clock.ts";
import { machineClock } from "../../offchain/consensus/node/clock.ts";

/** How the time of a test goes on: so many virtual milliseconds for each of the machine's, from an origin on. */
export interface TimeScale {
  /** A whole number, so that no stamp is rounded. */
  readonly factor: number;
  /** Unix milliseconds of the machine. */
  readonly realOrigin: number;
  /** What they are in virtual time. */
  readonly virtualOrigin: number;
}

export const toVirtual = ({ factor, realOrigin, virtualOrigin }: TimeScale, real: number): number =>
  virtualOrigin + (real - realOrigin) * factor;

/** The first whole millisecond of the machine that is not before a virtual time. */
export const toRealCeil = ({ factor, realOrigin, virtualOrigin }: TimeScale, virtual: number): number =>
  realOrigin + Math.ceil((virtual - virtualOrigin) / factor);

/** The last whole millisecond of the machine that is not after a virtual time. */
export const toRealFloor = ({ factor, realOrigin, virtualOrigin }: TimeScale, virtual: number): number =>
  realOrigin + Math.floor((virtual - virtualOrigin) / factor);

/** The machine's clock, as much faster as a test needs it. */
export const scaledClock = (scale: TimeScale): Clock => ({
  now: () => toVirtual(scale, machineClock.now()),
  sleepUntil: (timeMs, signal) => machineClock.sleepUntil(toRealCeil(scale, timeMs), signal),
});
