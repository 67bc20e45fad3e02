import { hash } from "node:crypto";
import { cpus } from "node:os";
import { MULTIPLY, MULTIPLY_UNSAFE, verifyPlainly } from "../../devnet/plain-vrf.ts";
import { prove, publicKeyOf, verify } from "../../offchain/consensus/vrf.ts";
import type { Figure, Measurement } from "./figure.ts";
import { median } from "./shared/timing.ts";

/** Keys and inputs that take turns, so that the number of tries in encode_to_curve is that of the average. */
const BEACONS = 256;
/** Each pass measures what is compared one after the other; a value is the median of its passes. */
const PASSES = 9;
const FAST_CALLS = 500;
const PLAIN_CALLS = 80;
const GOAL = 8;

interface Beacon {
  readonly secretKey: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly alpha: Uint8Array;
  readonly proof: Uint8Array;
}

/** How fast proofs of the VRF are verified and made, beside the same verification on @noble/curves. */
export async function measure(): Promise<Measurement> {
  const beacons = Array.from({ length: BEACONS }, (_, index) => beaconOf(index));
  const rates = {
    verify: rateOf(FAST_CALLS, beacons, ({ publicKey, alpha, proof }) => verify(publicKey, alpha, proof)),
    prove: rateOf(FAST_CALLS, beacons, ({ secretKey, alpha }) => prove(secretKey, alpha)),
    plain: rateOf(PLAIN_CALLS, beacons, ({ publicKey, alpha, proof }) =>
      verifyPlainly(publicKey, alpha, proof, MULTIPLY),
    ),
    plainUnsafe: rateOf(PLAIN_CALLS, beacons, ({ publicKey, alpha, proof }) =>
      verifyPlainly(publicKey, alpha, proof, MULTIPLY_UNSAFE),
    ),
  };
  // The first pass only warms up.
  const [, ...passes] = Array.from({ length: PASSES + 1 }, () => ({
    verify: rates.verify(),
    plain: rates.plain(),
    plainUnsafe: rates.plainUnsafe(),
    prove: rates.prove(),
  }));
  const of = (pick: (pass: (typeof passes)[number]) => number) => median(passes.map(pick));
  const figure: Figure = {
    figure: "vrf.verify.vsNoble",
    value: of(({ verify, plain }) => verify / plain),
    unit: "ratio of rates",
    goal: { atLeast: GOAL },
    beside: {
      "vs @noble/curves with multiplyUnsafe": of(({ verify, plainUnsafe }) => verify / plainUnsafe),
      "verify, proofs/s": of(({ verify }) => verify),
      "prove, proofs/s": of(({ prove }) => prove),
      "verify on @noble/curves with multiply, proofs/s": of(({ plain }) => plain),
      "verify on @noble/curves with multiplyUnsafe, proofs/s": of(({ plainUnsafe }) => plainUnsafe),
    },
  };
  return {
    conditions: {
      core: `one, by the processor time of its thread; ${cpus()[0]?.model ?? "unknown"}, Node ${process.versions.node}`,
      input: `valid proofs of ${BEACONS} keys, each for 32 bytes`,
      values: `medians of ${PASSES} passes, each of which measures what it compares one after the other`,
    },
    figures: [figure],
  };
}

function beaconOf(index: number): Beacon {
  const secretKey = hash("sha256", `key ${index}`, "buffer");
  const alpha = hash("sha256", `slot ${index}`, "buffer");
  return { secretKey, publicKey: publicKeyOf(secretKey), alpha, proof: prove(secretKey, alpha) };
}

/** Calls a second; the beacons go on where the last measurement stopped. */
function rateOf(calls: number, beacons: readonly Beacon[], call: (beacon: Beacon) => Uint8Array | null) {
  let next = 0;
  return (): number => {
    const before = process.threadCpuUsage();
    for (let done = 0; done < calls; done++) {
      if (call(beacons[next++ % beacons.length] as Beacon) === null)
        throw new Error("a valid proof is refused");
    }
    const { user, system } = process.threadCpuUsage(before);
    return (calls * 1e6) / (user + system);
  };
}
