import { type Figure, reachesGoal } from "../figure.ts";
import { type BenchRecord, isMeasured, type MeasuredRecord } from "../run/records.ts";
import { durationText, environmentLines, runText } from "./environments.ts";
import type { Plot } from "./plot.ts";
import { SUBJECTS, type Subject } from "./subjects.ts";
import { figuresTable, goalsTable } from "./tables.ts";

/** Where plots are, as seen from the document. */
export const PLOT_FOLDER = "benchmarks";

/** The document and the plots that it shows. */
export interface Report {
  readonly text: string;
  readonly plots: readonly Plot[];
  /** Of benchmarks whose plots could not be made from what they measured. */
  readonly failures: readonly string[];
}

/**
 * What was measured, as a document: goals first, then a section for each benchmark.
 *
 * @param records by benchmark; one that is missing or failed is named as such
 */
export function composeReport(records: ReadonlyMap<string, BenchRecord>): Report {
  const ordered = SUBJECTS.flatMap(({ benchmark }) => records.get(benchmark) ?? []);
  const measured = ordered.filter(isMeasured);
  const sections = SUBJECTS.map((subject) => section(subject, records.get(subject.benchmark)));
  const lines = [
    ...HEAD,
    ...missingLines(records),
    "## Machine and versions",
    "",
    ...environmentLines(ordered),
    ...contractLines(records.get("gas")),
    `Measuring took ${durationText(ordered.reduce((sum, { seconds }) => sum + seconds, 0))} in all.`,
    "",
    "## Goals",
    "",
    ...summary(measured),
    ...goalsTable(measured.flatMap(({ measurement }) => measurement.figures)),
    ...sections.flatMap(({ text }) => text),
  ];
  return {
    text: `${lines.join("\n").trimEnd()}\n`,
    plots: sections.flatMap(({ plots }) => plots),
    failures: sections.flatMap(({ failure }) => failure ?? []),
  };
}

const CONTRACT_CONDITIONS = ["solc", "compiler settings", "hardfork of the chain", "block gas limit"];

const HEAD = [
  "# Benchmarks",
  "",
  "`npm run bench` measures all of this and writes this page with its plots: do not edit it. The machine should do nothing else",
  "meanwhile. `npm run bench -- NAME` measures one subject and prints its table; `npm run bench -- --report` writes the page from",
  "the last measurement of each subject, without measuring.",
  "",
  "Each figure is measured with its peers and floors in one run. Ratios change little from machine to machine; rates and times",
  "are this machine's. A goal that was missed says so.",
  "",
];

/** With what the contracts were compiled, and where they ran: gas depends on nothing else. */
function contractLines(gas: BenchRecord | undefined): string[] {
  if (gas === undefined || !isMeasured(gas)) return [];
  const { conditions } = gas.measurement;
  const named = CONTRACT_CONDITIONS.filter((name) => name in conditions);
  return [`Contracts: ${named.map((name) => `${name} ${conditions[name]}`).join("; ")}.`, ""];
}

function missingLines(records: ReadonlyMap<string, BenchRecord>): string[] {
  const missing = SUBJECTS.filter(({ benchmark }) => {
    const record = records.get(benchmark);
    return record === undefined || !isMeasured(record);
  });
  if (missing.length === 0) return [];
  return [`**Missing:** ${missing.map(({ title }) => title).join(", ")}; their sections say why.`, ""];
}

function summary(measured: readonly MeasuredRecord[]): string[] {
  const verdicts = measured
    .flatMap(({ measurement }) => measurement.figures)
    .map(reachesGoal)
    .filter((isReached) => isReached !== undefined);
  const reached = verdicts.filter(Boolean).length;
  return [`${reached} of ${verdicts.length} goals were reached.`, ""];
}

interface Section {
  readonly text: readonly string[];
  readonly plots: readonly Plot[];
  readonly failure?: string;
}

function section(subject: Subject, record: BenchRecord | undefined): Section {
  const { benchmark, title, about } = subject;
  const head = [`## ${title}`, "", `${about} \`npm run bench -- ${benchmark}\``, ""];
  if (record === undefined) return { text: [...head, "Not measured.", ""], plots: [] };
  const when = `Measured ${runText(record)}.`;
  if (!isMeasured(record)) {
    const [reason = ""] = record.failure.split("\n");
    return { text: [...head, `**Failed** (${runText(record)}): ${reason}`, ""], plots: [] };
  }
  const { conditions, figures } = record.measurement;
  const { plots, failure } = plotsFrom(subject, figures);
  const text = [
    ...head,
    ...(failure === undefined ? [] : [`**Without plots:** ${failure}`, ""]),
    ...plots.flatMap((plot) => [`![${plot.title}](${PLOT_FOLDER}/${plot.name}.svg)`, ""]),
    ...figuresTable(figures),
    "",
    ...Object.entries(conditions).map(([name, value]) => `- ${name}: ${value}`),
    "",
    when,
    "",
  ];
  return { text, plots, ...(failure !== undefined && { failure }) };
}

/** A measurement from before a figure was renamed cannot be drawn; its table can be shown all the same. */
function plotsFrom(
  { benchmark, plots }: Subject,
  figures: readonly Figure[],
): Pick<Section, "plots" | "failure"> {
  try {
    return { plots: plots(figures) };
  } catch (error) {
    return { plots: [], failure: `${benchmark}: ${error instanceof Error ? error.message : error}` };
  }
}
