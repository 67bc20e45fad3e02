import type { AuditFinding } from "../finding.ts";
import { escaped } from "./markup.ts";

/** Findings with what was expected beside what was found, and what follows from each under it. */
export function findingsList(findings: readonly AuditFinding[]): string {
  if (findings.length === 0) return '<p class="clean">Nothing was found.</p>';
  return findings.map((finding) => findingBox(finding)).join("\n");
}

function findingBox({ code, place, expected, found, consequences = [] }: AuditFinding): string {
  const at = Object.entries(place).map(([name, value]) => {
    const shown =
      name === "slot" ? `<a href="#slot-${value}">${escaped(value)}</a>` : escaped(value as string | number);
    return `${escaped(name)} ${shown}`;
  });
  const inner =
    consequences.length === 0
      ? ""
      : `<details><summary>${consequences.length} that follow from it</summary>${consequences.map(findingBox).join("\n")}</details>`;
  return `<article class="finding"><h3>${escaped(code)}</h3><p>${at.join(", ")}</p>
<dl><div><dt>expected</dt><dd>${escaped(expected ?? "–")}</dd></div><div><dt>found</dt><dd>${escaped(found ?? "–")}</dd></div></dl>
${inner}</article>`;
}
