import type { AuditFinding } from "../finding.ts";
import type { AuditReport } from "../report.ts";
import type { SlotRow } from "../slot-rows.ts";
import { findingsList } from "./findings.ts";
import { type Bar, bars, escaped, rows, section, short, table } from "./markup.ts";
import { timeline } from "./timeline.ts";

/** Bars of a chart; its rows have all. */
const MAX_BARS = 20;
const MICRO = 1_000_000n;

const STYLE = `
:root { color-scheme: light; }
body { font: 15px/1.45 system-ui, sans-serif; color: #1d2329; max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; margin: 0 0 .3rem; } h2 { font-size: 1.15rem; margin: 1.6rem 0 .5rem; } h3 { font-size: 1rem; margin: 0; }
a { color: inherit; } svg { display: block; width: 100%; height: auto; font-size: 12px; } svg a:focus rect { outline: 2px solid #1d2329; }
.bar { fill: #35679a; } .faulty { stroke: #b3261e; stroke-width: 2.5; }
.verdict { font-weight: 600; padding: .5rem .8rem; border-left: .4rem solid; } .good { border-color: #1b7f6b; } .bad { border-color: #b3261e; }
.legend span { margin-right: .9rem; white-space: nowrap; } .legend i { display: inline-block; width: .8rem; height: .8rem; margin-right: .3rem; }
.wide { overflow-x: auto; } table { border-collapse: collapse; } td { overflow-wrap: anywhere; min-width: 3rem; } th, td { text-align: left; padding: .15rem .7rem .15rem 0; border-bottom: 1px solid #d8dde2; font-variant-numeric: tabular-nums; }
tr:target, :target { background: #fff3c4; } .hex, dd { font-family: ui-monospace, monospace; font-size: .87em; }
.finding { border: 1px solid #d8dde2; border-left: .3rem solid #b3261e; padding: .5rem .8rem; margin: .6rem 0; break-inside: avoid; }
.finding p { margin: .2rem 0; } dl { display: flex; flex-wrap: wrap; gap: .3rem 1.5rem; margin: .3rem 0; } dl div { flex: 1 1 18rem; } dt { font-size: .8rem; color: #56616c; } dd { margin: 0; overflow-wrap: anywhere; }
summary { cursor: pointer; padding: .4rem 0; }
@media print { body { max-width: none; font-size: 10pt; } details::details-content { content-visibility: visible; display: block; } a { text-decoration: none; } }
`;

/**
 * An audit as one page that needs nothing else: no script, no network. Every figure leads to its rows.
 *
 * @param slots how the audited slots ended
 */
export function auditPage(report: AuditReport, slots: readonly SlotRow[]): string {
  const { range, findings, notAudited, deployment, auditedAt, auditor, digest } = report;
  const faulty = new Set(findings.flatMap(slotsOf));
  const verdict =
    findings.length === 0 ? "Nothing was found." : `${findings.length} found, causes counted alone.`;
  const facts: (readonly [string, string])[] = [
    ["slots", `${range.first} to ${range.last}`],
    ["audited", escaped(auditedAt)],
    ["LucidAnchors", `${escaped(deployment.anchors)} on chain ${deployment.chainId}`],
    ["auditor", auditor === undefined ? "not signed" : escaped(auditor)],
    ["digest", short(digest)],
    ...(notAudited.length > 0 ? [["not audited", escaped(notAudited.join(", "))] as const] : []),
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Lucid audit, slots ${range.first} to ${range.last}</title><style>${STYLE}</style></head><body>
<h1>Lucid audit</h1>
<p class="verdict ${findings.length === 0 ? "good" : "bad"}"><a href="#findings">${verdict}</a></p>
${table(["", ""], facts)}
${section("slots", "Slots", timeline(slots, faulty))}
${section("findings", "Findings", findingsList(findings))}
${section("credits", "Credits by entity", creditsPart(report))}
${section("gas", "Gas by function", gasPart(report))}
${section("payouts", "Payouts by state", payoutsPart(report))}
${section("concentration", "Concentration", concentrationPart(report))}
${section("counts", "What was audited", countsPart(report))}
</body></html>
`;
}

function slotsOf({ place, consequences = [] }: AuditFinding): number[] {
  const own = place.slot === undefined ? [] : [place.slot];
  return [...own, ...consequences.flatMap(slotsOf)];
}

const chart = (
  label: string,
  id: string,
  values: readonly Bar[],
  head: readonly string[],
  body: readonly (readonly string[])[],
) =>
  values.length === 0
    ? "<p>None.</p>"
    : `${bars(label, values.slice(0, MAX_BARS))}\n${rows(id, `${body.length} rows`, table(head, body))}`;

function creditsPart({ credits }: AuditReport): string {
  const values = credits.map(({ entityId, credits: value }, at) => {
    return { name: `${entityId.slice(0, 10)}…`, value, text: `${value}`, href: `#entity-${at}` };
  });
  const body = credits.map(({ entityId, credits: value }, at) => [
    `<a id="entity-${at}">${escaped(entityId)}</a>`,
    `${value}`,
  ]);
  return chart("Credits by entity", "credit-rows", values, ["entity", "credits"], body);
}

function gasPart({ gas }: AuditReport): string {
  const sorted = gas.toSorted((a, b) => Number(b.gas) - Number(a.gas));
  const values = sorted.map(({ purpose, gas: used }) => {
    return { name: purpose, value: Number(used), text: used, href: `#gas-${escaped(purpose)}` };
  });
  const body = sorted.map(({ purpose, count, gas: used }) => [
    `<a id="gas-${escaped(purpose)}">${escaped(purpose)}</a>`,
    `${count}`,
    escaped(used),
    count === 0 ? "" : `${BigInt(used) / BigInt(count)}`,
  ]);
  return chart("Gas by function", "gas-rows", values, ["function", "transactions", "gas", "gas each"], body);
}

function payoutsPart({ payouts }: AuditReport): string {
  const usdt = (amount: string) => {
    const micro = BigInt(amount);
    return `${micro / MICRO}.${(micro % MICRO).toString().padStart(6, "0")} USDT`;
  };
  const values = payouts.map(({ status, count, amount }) => {
    return {
      name: status,
      value: count,
      text: `${count}, ${usdt(amount)}`,
      href: `#payout-${escaped(status)}`,
    };
  });
  const body = payouts.map(({ status, count, amount }) => [
    `<a id="payout-${escaped(status)}">${escaped(status)}</a>`,
    `${count}`,
    usdt(amount),
  ]);
  return chart("Payouts by state", "payout-rows", values, ["state", "payouts", "amount"], body);
}

const percent = (part: number, whole: number) =>
  `${whole === 0 ? 0 : Math.round((1_000 * part) / whole) / 10} %`;

function concentrationPart({ concentration: { owners, nodes } }: AuditReport): string {
  const byOwner = owners.map(({ entityId, owner, credits, ownerCredits }) => [
    short(entityId),
    short(owner),
    percent(ownerCredits, credits),
  ]);
  const byNode = nodes.map(({ nodeId, answered, asked, ofAll }) => [
    short(nodeId),
    `${answered} of ${asked}`,
    percent(answered, asked),
    percent(answered, ofAll),
  ]);
  return `${table(["entity", "owner", "of its credits"], byOwner)}
${table(["node", "challenges answered", "of its own", "of all answers"], byNode)}`;
}

function countsPart({ counts, refusals }: AuditReport): string {
  const rowsOf = (values: Readonly<Record<string, number>>) =>
    Object.entries(values).map(([name, value]) => [escaped(name), `${value}`]);
  const refused =
    Object.keys(refusals).length === 0 ? "" : table(["proofs that do not count", ""], rowsOf(refusals));
  return `${table(["", ""], rowsOf(counts))}\n${refused}`;
}
