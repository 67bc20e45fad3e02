import type { Figure } from "../../figure.ts";
import { barsBeside, figureNamed } from "../pick.ts";
import type { Bar, Plot } from "../plot.ts";

const CORES = /^(?<program>.*), (?<cores>\d+ cores?), MB\/s$/;
const WALL = /^seal\.wall\.(?<input>\w+)$/;
const isSeal = (label: string) => /^(session )?seal/.test(label);

/** Rates by cores beside `zstd | age` and the floor, whole commands, and small recordings. */
export function sealPlots(figures: readonly Figure[]): Plot[] {
  const floor = barsBeside(figureNamed(figures, "seal.vsFloor"), / MB\/s$/, "1 core, 300 MB", isSeal);
  const wall = figures.flatMap((figure) => {
    const input = WALL.exec(figure.figure)?.groups?.input;
    return input === undefined ? [] : barsBeside(figure, / s$/, `1 GB, ${input}`, isSeal);
  });
  const small = barsBeside(figureNamed(figures, "seal.small.vsFloor"), / ms each$/, "500 bytes each", isSeal);
  return [
    {
      kind: "bars",
      name: "seal-cores",
      title: "Sealing by cores, incompressible input",
      axis: "MB of input a second",
      bars: [...floor, ...byCores(figureNamed(figures, "seal.cores"))],
    },
    ...(wall.length === 0
      ? []
      : [
          {
            kind: "bars",
            name: "seal-commands",
            title: "session seal beside zstd -T0 | age, whole commands",
            axis: "seconds",
            bars: wall,
          } as const,
        ]),
    {
      kind: "bars",
      name: "seal-small",
      title: "A thousand small recordings, beside their files alone",
      axis: "ms each",
      bars: small,
    },
  ];
}

function byCores({ beside }: Figure): Bar[] {
  return Object.entries(beside).flatMap(([name, value]) => {
    const { program, cores } = CORES.exec(name)?.groups ?? {};
    if (program === undefined || cores === undefined) return [];
    return [{ group: `${cores}, 1 GB`, label: program, value, isOwn: isSeal(program) }];
  });
}
