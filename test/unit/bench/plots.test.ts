import { assert } from "chai";
import type { Figure } from "../../../scripts/bench/figure.ts";
import { composeReport } from "../../../scripts/bench/report/document.ts";
import type { BarPlot, LinePlot, Plot } from "../../../scripts/bench/report/plot.ts";
import { renderSvg } from "../../../scripts/bench/report/spec/render-svg.ts";
import { SUBJECTS } from "../../../scripts/bench/report/subjects.ts";
import { sampleRecords } from "../../support/bench-records.ts";

const plots = composeReport(sampleRecords()).plots;

function named<Kind extends Plot["kind"]>(name: string, kind: Kind): Extract<Plot, { kind: Kind }> {
  const found = plots.find((plot) => plot.name === name);
  if (found?.kind !== kind) throw new Error(`there are no ${kind} named ${name}`);
  return found as Extract<Plot, { kind: Kind }>;
}

const bars = (name: string): BarPlot => named(name, "bars");
const lines = (name: string): LinePlot => named(name, "lines");

describe("what the plots of the benchmarks show", () => {
  it("gas as multiples of Lucid's, with the gas itself", () => {
    const of = bars("gas-peers").bars.filter(({ group }) => group === "registerSession (gas)");
    assert.deepEqual(
      of.map(({ label, text, isOwn }) => ({ label, text, isOwn })),
      [
        { label: "Lucid", text: "1× (53,443)", isOwn: true },
        { label: "EAS attest", text: "6.03× (322,066)", isOwn: false },
        { label: "struct in storage", text: "2.53× (135,214)", isOwn: false },
      ],
    );
    assert.isBelow(Math.abs((of[1]?.value ?? 0) - 322_066 / 53_443), 1e-9);
  });

  it("forks on which a call takes the same as one bar, and others apart", () => {
    const of = (call: string) =>
      bars("gas-forks")
        .bars.filter(({ group }) => group.startsWith(call))
        .map(({ label, value }) => [label, value]);
    assert.deepEqual(of("registerSession (gas)"), [["cancun, prague, osaka", 53_443]]);
    assert.deepEqual(of("updateChunkStatus64"), [
      ["cancun", 1_471.66],
      ["prague, osaka", 1_502.5],
    ]);
  });

  it("estimates by what they are above the gas used, with their goals", () => {
    const plot = bars("estimates");
    const bar = plot.bars.find(({ group, label }) => group === "static" && label === "anvil cancun");
    assert.equal(bar?.text, "1.23 %");
    const goals = Object.fromEntries((plot.goals ?? []).map(({ group, value }) => [group, value]));
    assert.isBelow(Math.abs((goals.static ?? 0) - 10), 1e-9);
    assert.isBelow(Math.abs((goals.simulation ?? 0) - 15), 1e-9);
  });

  it("payments as multiples of a bare transfer, in gas and in energy", () => {
    const of = bars("payouts").bars.filter(({ label }) => label === "PayoutRouterV0, 20 in a batch");
    assert.deepEqual(
      of.map(({ text }) => text),
      ["1.39× (66,100 gas)", "1.83× (41,100 energy)"],
    );
  });

  it("sealing by cores beside zstd | age and the floor", () => {
    const of = bars("seal-cores").bars.map(({ group, label, value, isOwn }) => [group, label, value, isOwn]);
    assert.deepInclude(of, ["1 core, 300 MB", "floor", 441.8, false]);
    assert.deepInclude(of, ["1 core, 1 GB", "seal", 410.2, true]);
    assert.deepInclude(of, ["2 cores, 1 GB", "zstd | age", 602.3, false]);
  });

  it("no plot of whole commands where zstd and age are not installed", () => {
    const { measurement } = sampleRecords().get("seal") ?? { measurement: { figures: [] as Figure[] } };
    const subject = SUBJECTS.find(({ benchmark }) => benchmark === "seal");
    const names = (figures: readonly Figure[]) => (subject?.plots(figures) ?? []).map(({ name }) => name);
    assert.include(names(measurement.figures), "seal-commands");
    const without = measurement.figures.filter(({ figure }) => !figure.startsWith("seal.wall"));
    assert.notInclude(names(without), "seal-commands");
  });

  it("anchors a second, Lucid's apart from the bare loops", () => {
    const of = bars("anchor-rates").bars;
    assert.deepEqual(
      of.filter(({ isOwn }) => isOwn).map(({ label, value }) => [label, value]),
      [
        ["batch", 61.4],
        ["tree", 182.7],
        ["one by one, 16 in flight", 51.2],
      ],
    );
    assert.lengthOf(of, 5);
  });

  it("proofs and VRF proofs a second beside ethers and @noble/curves", () => {
    const proofs = bars("proofs").bars.map(({ label, value, isOwn }) => [label, value, isOwn]);
    assert.deepInclude(proofs, ["digest and envelope signature", 14_980, true]);
    assert.deepInclude(proofs, ["ethers.verifyTypedData", 700, false]);
    assert.deepInclude(proofs, ["beacon", 1_900, true]);
    assert.deepEqual(
      bars("vrf").bars.map(({ label, isOwn }) => [label, isOwn]),
      [
        ["verify", true],
        ["prove", true],
        ["verify on @noble/curves with multiply", false],
        ["verify on @noble/curves with multiplyUnsafe", false],
      ],
    );
  });

  it("credits over entities, with the goal, on logarithmic axes", () => {
    const plot = lines("credits");
    assert.isTrue(plot.x.isLogarithmic && plot.y.isLogarithmic);
    assert.deepEqual(
      plot.points.filter(({ series }) => series === "goal").map(({ x, y }) => [x, y]),
      [
        [10_000, 2],
        [100_000, 20],
        [1_000_000, 170],
      ],
    );
    assert.deepEqual(plot.dashed, ["goal"]);
  });

  it("a node's work over nodes, and commands over sessions", () => {
    const sizes = (plot: LinePlot, series: string) =>
      plot.points.filter((point) => point.series === series).map(({ x, y }) => [x, y]);
    assert.deepEqual(sizes(lines("consensus-cpu"), "a node"), [
      [5, 225],
      [20, 330],
      [50, 540],
    ]);
    assert.lengthOf(sizes(lines("consensus-cpu"), "verifying a slot's proofs"), 3);
    assert.deepEqual(sizes(lines("scale-memory"), "start"), [
      [100, 120.5],
      [2_000, 130],
      [20_000, 220],
    ]);
  });

  it("nothing without the figures that they are made of", async () => {
    const drawn = async (plots: readonly Plot[]) => {
      for (const plot of plots) await renderSvg(plot);
      return "";
    };
    for (const { benchmark, plots: plotsOf } of SUBJECTS) {
      const drawing = async () => await drawn(plotsOf([]));
      const message = await drawing().catch((error: Error) => error.message);
      assert.match(message, /^(no figure is named [\w.]+|the plot [\w-]+ has no data)$/, benchmark);
    }
  });
});
