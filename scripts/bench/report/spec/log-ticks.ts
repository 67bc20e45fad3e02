const FEW_DECADES = 2;

/** The ticks of a logarithmic axis that contains all values: powers of ten, and 2 and 5 times them where there are few. */
export function logTicks(values: readonly number[]): number[] {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  if (!(least > 0)) throw new Error(`${least} has no place on a logarithmic axis`);
  const [first, last] = [Math.floor(Math.log10(least)), Math.ceil(Math.log10(most))];
  const steps = last - first <= FEW_DECADES ? [1, 2, 5] : [1];
  const all = Array.from({ length: last - first + 1 }, (_, decade) =>
    steps.map((step) => Number((step * 10 ** (first + decade)).toPrecision(1))),
  ).flat();
  const [below = least, above = most] = [
    all.findLast((tick) => tick <= least),
    all.find((tick) => tick >= most),
  ];
  return all.filter((tick) => tick >= below && tick <= above);
}
