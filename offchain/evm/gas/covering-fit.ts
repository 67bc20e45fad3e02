import type { ExecutionGas } from "./gas-estimate.ts";
import { type FitSample, fitLinear, fitted } from "./linear-fit.ts";

/** The fit of measured execution gas, raised until no sample is above it. */
export function coveringFit(samples: readonly FitSample[]): ExecutionGas {
  const fit = fitLinear(samples);
  const residuals = samples.map((sample) => sample.gas - fitted(fit, sample.items));
  const lift = Math.max(...residuals);
  const widest = Math.max(...samples.map((sample, i) => Math.abs(residuals[i] as number) / sample.gas));
  const perItem = Object.fromEntries(
    Object.entries(fit.perItem).map(([name, gas]) => [name, Number(gas.toFixed(2))]),
  );
  return {
    constant: Math.ceil(fit.constant + lift),
    perItem,
    samples: samples.length,
    spread: Number(widest.toFixed(5)),
  };
}
