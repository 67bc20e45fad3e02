import type { Figure } from "../../figure.ts";
import { barsBeside, figureNamed } from "../pick.ts";
import type { Bar, Plot } from "../plot.ts";

const RATE = /,? proofs\/s$/;
const TYPE = /^proofs\.(?<type>validation|relay|storage|beacon)$/;
const INSERTED = /^proofs\.(?<engine>\w+)\.verifiedAndInserted$/;

/** Proofs a second on one core: the signature alone beside ethers, every rule, and with the insert. */
export function proofPlots(figures: readonly Figure[]): Plot[] {
  const byEthers = (label: string) => !label.startsWith("ethers");
  const bars = figures.flatMap(({ figure, value, beside }): Bar[] => {
    const { type } = TYPE.exec(figure)?.groups ?? {};
    if (type !== undefined) return [{ group: "every rule of a proof", label: type, value, isOwn: true }];
    const { engine } = INSERTED.exec(figure)?.groups ?? {};
    if (engine === undefined) return [];
    const group = `validations, ${engine === "mongo" ? "MongoDB" : engine} store`;
    const alone = Object.entries(beside).map(([name, rate]) => {
      return { group, label: name.replace(RATE, ""), value: rate, isOwn: false };
    });
    return [{ group, label: "verified and inserted", value, isOwn: true }, ...alone];
  });
  return [
    {
      kind: "bars",
      name: "proofs",
      title: "Proofs verified a second, one core",
      axis: "proofs a second",
      bars: [
        ...barsBeside(
          figureNamed(figures, "proofs.verify.vsEthers"),
          RATE,
          "digest and signature, keys cached",
          byEthers,
        ),
        ...bars,
      ],
    },
  ];
}

/** VRF proofs a second, beside the same on @noble/curves. */
export function vrfPlots(figures: readonly Figure[]): Plot[] {
  const bars = barsBeside(
    figureNamed(figures, "vrf.verify.vsNoble"),
    RATE,
    "ECVRF-EDWARDS25519-SHA512-TAI",
    (label) => !label.includes("@noble"),
  );
  return [
    { kind: "bars", name: "vrf", title: "VRF proofs a second, one core", axis: "proofs a second", bars },
  ];
}
