import type { BenchRecord } from "../run/records.ts";

/** The machines and versions of the runs: one paragraph where all are the same, which one command on one machine gives. */
export function environmentLines(records: readonly BenchRecord[]): string[] {
  const groups = new Map<string, BenchRecord[]>();
  for (const record of records) {
    const { machine, versions } = record.environment;
    const key = JSON.stringify([machine, versions]);
    groups.set(key, [...(groups.get(key) ?? []), record]);
  }
  return [...groups.values()].flatMap((group) => {
    const { machine, versions } = (group[0] as BenchRecord).environment;
    const whose = groups.size === 1 ? [] : [`- measured there: ${group.map(named).join(", ")}`];
    return [
      ...whose,
      `- machine: ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGB} GB of memory; ${machine.system}`,
      `- versions: ${Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(", ")}`,
      "",
    ];
  });
}

const named = ({ benchmark }: BenchRecord) => benchmark;

/** When a benchmark ran, on which commit, for how long, and how busy the machine was before. */
export function runText({ startedAt, seconds, environment: { commit, load } }: BenchRecord): string {
  const at = `${startedAt.slice(0, 16).replace("T", " ")} UTC`;
  return `${at}, commit ${commit}, ${durationText(seconds)}, load average before it ${load.toFixed(1)}`;
}

export const durationText = (seconds: number) =>
  seconds < 90 ? `${Math.round(seconds)} s` : `${(seconds / 60).toFixed(1)} min`;
