import { assert } from "chai";
import { composeReport } from "../../../scripts/bench/report/document.ts";
import { SUBJECTS } from "../../../scripts/bench/report/subjects.ts";
import { benchmarkNames } from "../../../scripts/bench/run/benchmark-names.ts";
import { type BenchRecord, isMeasured } from "../../../scripts/bench/run/records.ts";
import { sampleRecords } from "../../support/bench-records.ts";

const textOf = (records: ReadonlyMap<string, BenchRecord>) => composeReport(records).text;

/** What stands between a heading and the next one as large. */
function sectionOf(text: string, heading: string): string {
  const [, section] = text.split(`\n${heading}\n`);
  if (section === undefined) throw new Error(`there is no ${heading}`);
  const [level] = heading.split(" ");
  return section.split(`\n${level} `)[0] ?? "";
}

describe("the document of the benchmarks", () => {
  it("has a section for every benchmark, and no other", () => {
    assert.sameMembers(
      SUBJECTS.map(({ benchmark }) => benchmark),
      benchmarkNames(),
    );
  });

  it("has every figure that was measured, and what was measured beside it", () => {
    const records = sampleRecords();
    const text = textOf(records);
    for (const { measurement } of records.values()) {
      for (const { figure, beside } of measurement.figures) {
        assert.include(text, `\`${figure}\``);
        for (const peer of Object.keys(beside)) assert.include(text, `${peer.replaceAll("|", "\\|")}: `);
      }
    }
  });

  it("shows the table of what cannot be drawn, and says why there is no plot", () => {
    const records = sampleRecords();
    const vrf = records.get("vrf") ?? assert.fail("no sample");
    const renamed = vrf.measurement.figures.map((figure) => ({ ...figure, figure: `old.${figure.figure}` }));
    records.set("vrf", { ...vrf, measurement: { ...vrf.measurement, figures: renamed } });
    const { text, plots, failures } = composeReport(records);
    assert.match(failures.join(), /^vrf: .*vrf\.verify/);
    assert.include(text, `**Without plots:** ${failures[0]}`);
    assert.include(text, `\`old.${vrf.measurement.figures[0]?.figure}\``);
    assert.isAbove(plots.length, 0, "those of the others");
  });

  it("opens with the goals, ratios before gas and times", () => {
    const goals = sectionOf(textOf(sampleRecords()), "## Goals");
    const ratios = sectionOf(goals, "### Ratios");
    const others = sectionOf(goals, "### Gas, counts, times and memory");
    assert.isBelow(goals.indexOf("### Ratios"), goals.indexOf("### Gas"));
    for (const name of [
      "seal.vsFloor",
      "estimates.static.p99",
      "payouts.v0Batch20.vsTransfers",
      "vrf.verify",
    ])
      assert.include(ratios, name);
    for (const name of ["gas.registerSession", "credits.1m.ms", "seal.memory", "consensus.missedSlots"])
      assert.include(others, name);
    assert.notInclude(goals, "proofs.relay", "it has no goal");
  });

  it("shows a missed goal as missed, and counts it", () => {
    const goals = sectionOf(textOf(sampleRecords()), "## Goals");
    const line = (figure: string) => goals.split("\n").find((row) => row.includes(`\`${figure}\``));
    assert.equal(line("seal.cores"), "| `seal.cores` | 1.62 | ratio of rates, 1 GB | ≥ 1.7 | **missed** |");
    assert.equal(line("seal.vsFloor"), "| `seal.vsFloor` | 0.91 | ratio of rates | ≥ 0.8 | yes |");
    const missed = goals.split("\n").filter((row) => row.includes("**missed**"));
    const withGoals = goals.split("\n").filter((row) => /^\| `/.test(row)).length;
    assert.lengthOf(missed, 2, "seal.cores and credits.1m.ms");
    assert.include(goals, `${withGoals - missed.length} of ${withGoals} goals were reached`);
  });

  it("says how many times as much gas a peer takes", () => {
    assert.include(textOf(sampleRecords()), "EAS attest: 322,066 (6.03×)");
  });

  it("folds many figures that are there for comparison, but no goal", () => {
    const section = sectionOf(textOf(sampleRecords()), "## Gas estimates");
    const [plain = "", folded = ""] = section.split("<details>");
    assert.include(plain, "`estimates.static.p99`");
    assert.include(folded, "20 figures without a goal");
    assert.include(folded, "`anvil cancun: LucidAnchors.function19 static`");
    assert.notInclude(folded, "estimates.static.p99");
  });

  it("names the machine and the versions once where all are the same, else whose they are", () => {
    const records = sampleRecords();
    const once = sectionOf(textOf(records), "## Machine and versions");
    assert.include(once, "Sample CPU, 2 cores, 24 GB of memory; Sample OS 1.0");
    assert.include(once, "Node.js 24.21.0, anvil 1.7.1");
    assert.include(once, "Contracts: solc 0.8.34.");
    assert.include(once, "Measuring took 27.1 min in all.");
    assert.notInclude(once, "measured there");
    const vrf = records.get("vrf");
    if (vrf === undefined) throw new Error("there is no sample of vrf");
    const machine = { ...vrf.environment.machine, cpu: "Another CPU" };
    records.set("vrf", { ...vrf, environment: { ...vrf.environment, machine } });
    const twice = sectionOf(textOf(records), "## Machine and versions");
    assert.include(twice, "- measured there: vrf\n- machine: Another CPU");
    assert.include(twice, "- machine: Sample CPU");
  });

  it("says when and on which commit each was measured, and under which conditions", () => {
    const section = sectionOf(textOf(sampleRecords()), "## VRF");
    assert.include(
      section,
      "Measured 2026-11-30 18:35 UTC, commit 0123456789ab, 2.1 min, load average before it 0.1.",
    );
    assert.include(section, "- sample: of vrf");
  });

  it("names what failed and what was not measured at its top, and keeps the rest", () => {
    const records = new Map<string, BenchRecord>(sampleRecords());
    const seal = records.get("seal");
    if (seal === undefined || !isMeasured(seal)) throw new Error("there is no sample of seal");
    const { measurement: _, ...run } = seal;
    records.set("seal", { ...run, failure: "the disk is full\n    at write" });
    records.delete("scale");
    const { text, plots } = composeReport(records);
    const [top = ""] = text.split("\n## ");
    assert.include(top, "**Missing:** Sealing, Commands over a growing store");
    const failed = sectionOf(text, "## Sealing");
    assert.include(failed, "**Failed** (2026-11-30 18:35 UTC");
    assert.include(failed, "the disk is full");
    assert.notInclude(failed, "at write");
    assert.include(sectionOf(text, "## Commands over a growing store"), "Not measured.");
    assert.notInclude(text, "`seal.vsFloor`");
    assert.include(text, "`gas.registerSession`");
    assert.notInclude(
      plots.map(({ name }) => name),
      "seal-cores",
    );
    assert.notInclude(textOf(sampleRecords()), "Missing");
  });

  it("shows every plot where its file is written", () => {
    const { text, plots } = composeReport(sampleRecords());
    const names = plots.map(({ name }) => name);
    assert.lengthOf(new Set(names), names.length, "no file is written twice");
    for (const name of names) assert.include(text, `](benchmarks/${name}.svg)`);
    assert.isAtLeast(names.length, 20);
  });
});
