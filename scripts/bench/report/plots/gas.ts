import type { Figure } from "../../figure.ts";
import { numberText, timesText } from "../numbers.ts";
import type { Bar, Plot } from "../plot.ts";

const NAMESPACE = /^gas\./;
const PEER = /^(EAS|struct)/;
const FORK = /^on (?<fork>\w+)$/;

/** Gas as multiples of Lucid's, beside the peers; and the same calls on each hard fork. */
export function gasPlots(figures: readonly Figure[]): Plot[] {
  return [
    {
      kind: "bars",
      name: "gas-peers",
      title: "Gas beside EAS and plain structs (Lucid = 1)",
      axis: "times as much gas as Lucid",
      bars: figures.flatMap(peerBars),
    },
    {
      kind: "bars",
      name: "gas-forks",
      title: "Gas over hard forks",
      axis: "gas; forks on which a call takes the same share a bar",
      bars: figures.flatMap(forkBars),
    },
  ];
}

const groupOf = ({ figure, unit }: Figure) => `${figure.replace(NAMESPACE, "")} (${unit})`;

function peerBars(figure: Figure): Bar[] {
  const group = groupOf(figure);
  const peers = Object.entries(figure.beside).filter(([name]) => PEER.test(name));
  return [
    { group, label: "Lucid", value: 1, text: `1× (${numberText(figure.value)})`, isOwn: true },
    ...peers.map(([label, gas]) => {
      const value = gas / figure.value;
      return { group, label, value, text: `${timesText(value)} (${numberText(gas)})`, isOwn: false };
    }),
  ];
}

function forkBars(figure: Figure): Bar[] {
  const forks = new Map<number, string[]>();
  for (const [name, gas] of Object.entries(figure.beside)) {
    const fork = FORK.exec(name)?.groups?.fork;
    if (fork !== undefined) forks.set(gas, [...(forks.get(gas) ?? []), fork]);
  }
  return [...forks].map(([value, names]) => {
    return { group: groupOf(figure), label: names.join(", "), value, isOwn: true };
  });
}
