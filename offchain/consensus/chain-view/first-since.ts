/**
 * The first number at or after `from` for which `isSince` holds: it holds for all numbers from some point on, and at
 * least for `until`. Steps double from `from` on before they are halved, because the answer is most often near.
 *
 * @example
 * await firstSince(12, 900, async (number) => (await block(number)).timestamp >= start);
 */
export async function firstSince(
  from: number,
  until: number,
  isSince: (number: number) => Promise<boolean>,
): Promise<number> {
  let low = from;
  let high = until;
  for (let step = 1; low + step < high; step *= 2) {
    const probe = low + step - 1;
    if (await isSince(probe)) {
      high = probe;
      break;
    }
    low = probe + 1;
  }
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (await isSince(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
