import type { Figure } from "../../figure.ts";
import { numberText, timesText } from "../numbers.ts";
import { figureNamed, goalMark } from "../pick.ts";
import type { Bar, Plot } from "../plot.ts";

const BARE = "payouts.bareTransfer";
const ROUTER = /^payouts\.(?<router>v0|kyc)(?<how>Disburse|Batch(?<size>\d+))$/;

/** Gas and energy of a payment as multiples of a bare transfer's. */
export function payoutPlots(figures: readonly Figure[]): Plot[] {
  const bare = figureNamed(figures, BARE);
  const payments = figures.filter(({ figure }) => figure === BARE || ROUTER.test(figure));
  const group = (name: string, unit: string, costOf: (figure: Figure) => number): Bar[] =>
    payments.map((figure) => {
      const [cost, value] = [costOf(figure), costOf(figure) / costOf(bare)];
      const text = `${timesText(value)} (${numberText(Math.round(cost))} ${unit})`;
      return { group: name, label: labelOf(figure), value, text, isOwn: figure !== bare };
    });
  return [
    {
      kind: "bars",
      name: "payouts",
      title: "A payment through the routers (a bare transfer = 1)",
      axis: "times as much as a bare transfer",
      bars: [
        ...group("gas a payment, intrinsic gas included", "gas", ({ value }) => value),
        ...group("energy a payment", "energy", ({ energy = Number.NaN }) => energy),
      ],
    },
  ];
}

function labelOf({ figure }: Figure): string {
  const { router, size } = ROUTER.exec(figure)?.groups ?? {};
  if (router === undefined) return "bare transfer";
  const name = router === "v0" ? "PayoutRouterV0" : "PayoutRouterKYC";
  return size === undefined ? `${name}, one by one` : `${name}, ${size} in a batch`;
}

/** Where the time of a distribution goes. */
export function distributionPlots(figures: readonly Figure[]): Plot[] {
  const name = "payouts.distribution1m.seconds";
  const figure = figureNamed(figures, name);
  const group = "a million payees";
  return [
    {
      kind: "bars",
      name: "payouts-distribution",
      title: "A month's distribution to a million payees",
      axis: "seconds",
      bars: [
        { group, label: "distribution, rows, tree and root", value: figure.value, isOwn: true },
        ...Object.entries(figure.beside).map(([label, value]) => {
          const short = label.replace(/^not counted: /, "").replace(/ as registrations .*/, "");
          return { group: "not counted", label: short, value, isOwn: true };
        }),
      ],
      goals: goalMark(figure, group),
    },
  ];
}
