import type { Figure } from "../../figure.ts";
import { barsBeside, figureNamed, goalMark } from "../pick.ts";
import type { Plot } from "../plot.ts";

const RATE = /, proofs\/s$/;
const WEEK = "7 days of 100 nodes";
const isAudit = (label: string) => label === "audited";

/** Proofs replayed a second beside verifying them alone, and how long a week takes. */
export function auditPlots(figures: readonly Figure[]): Plot[] {
  const week = figureNamed(figures, "audit.week.minutes");
  return [
    {
      kind: "bars",
      name: "audit-rates",
      title: "Proofs audited a second, beside verifying alone",
      axis: "proofs a second",
      bars: [
        ...barsBeside(figureNamed(figures, "audit.proofs.vsVerify"), RATE, "validation signatures", isAudit),
        ...barsBeside(figureNamed(figures, "audit.beacons.vsVrf"), RATE, "beacons, with VRF", isAudit),
      ],
    },
    {
      kind: "bars",
      name: "audit-week",
      title: "Replaying a week",
      axis: "minutes",
      bars: [
        { group: WEEK, label: "audit", value: week.value, isOwn: true },
        ...Object.entries(week.beside).map(([label, value]) => ({ group: WEEK, label, value, isOwn: false })),
      ],
      goals: goalMark(week, WEEK),
    },
  ];
}
