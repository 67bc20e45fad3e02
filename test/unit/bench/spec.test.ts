import { assert } from "chai";
import { composeReport } from "../../../scripts/bench/report/document.ts";
import { numberText, timesText } from "../../../scripts/bench/report/numbers.ts";
import type { BarPlot, LinePlot } from "../../../scripts/bench/report/plot.ts";
import { MAX_LABEL } from "../../../scripts/bench/report/spec/bars.ts";
import { logTicks } from "../../../scripts/bench/report/spec/log-ticks.ts";
import { renderSvg } from "../../../scripts/bench/report/spec/render-svg.ts";
import { MAX_WIDTH } from "../../../scripts/bench/report/spec/style.ts";
import { sampleRecords } from "../../support/bench-records.ts";

const BARS: BarPlot = {
  kind: "bars",
  name: "sample",
  title: "Proofs <a second> & more",
  axis: "proofs a second",
  bars: [
    { group: "one", label: "ours", value: 1_234.5, isOwn: true },
    { group: "one", label: "theirs", value: 617.25, isOwn: false },
    { group: "two", label: "ours", value: 10, text: "ten", isOwn: true },
  ],
  goals: [{ group: "one", value: 1_000 }],
};
const LINES: LinePlot = {
  kind: "lines",
  name: "sample",
  title: "As entities grow",
  x: { title: "entities", isLogarithmic: true },
  y: { title: "ms", isLogarithmic: true },
  points: [10, 100, 1_000].flatMap((x) => [
    { series: "measured", x, y: x / 7 },
    { series: "goal", x, y: x / 5 },
  ]),
  dashed: ["goal"],
};

const count = (svg: string, pattern: RegExp) => [...svg.matchAll(pattern)].length;
const BAR = /aria-roledescription="bar"/g;
const POINT = /aria-roledescription="point"/g;
const RULE = /aria-roledescription="rule mark"/g;
const sizeOf = (svg: string) => {
  const { width, height } = /<svg [^>]*width="(?<width>\d+)" height="(?<height>\d+)"/.exec(svg)?.groups ?? {};
  return { width: Number(width), height: Number(height) };
};
/** Every element is closed by its own name, in order. */
function assertWellFormed(svg: string): void {
  const open: string[] = [];
  for (const [, slash, name = "", self] of svg.matchAll(/<(\/?)([a-zA-Z]+)[^<>]*?(\/?)>/g)) {
    if (self === "/") continue;
    if (slash === "") open.push(name);
    else assert.equal(open.pop(), name);
  }
  assert.isEmpty(open);
  assert.notMatch(svg, /NaN|undefined|&(?!amp;|lt;|gt;|quot;|#)/);
}

describe("the plots of the benchmarks, drawn", () => {
  it("have a bar for each number, in proportion, written at its end, and a line for each goal", async () => {
    const svg = await renderSvg(BARS);
    assertWellFormed(svg);
    assert.equal(count(svg, BAR), 3);
    assert.equal(count(svg, RULE), 1);
    for (const text of ["1,235", "617.3", "ten", "ours", "theirs", "one", "two", "proofs a second"])
      assert.include(svg, `>${text}</text>`);
    const widths = [...svg.matchAll(/aria-roledescription="bar"[^>]* d="M0,[\d.]+h([\d.]+)/g)].map(([, w]) =>
      Number(w),
    );
    assert.lengthOf(widths, 3);
    assert.isBelow(Math.abs((widths[1] ?? 0) / (widths[0] ?? 0) - 0.5), 0.001);
  });

  it("have a point for each number of a line, and dashes for a goal", async () => {
    const svg = await renderSvg(LINES);
    assertWellFormed(svg);
    assert.equal(count(svg, POINT), 6);
    assert.equal(count(svg, /aria-roledescription="line mark"/g), 2);
    assert.equal(count(svg, /stroke-dasharray="5,4"/g), 1);
    for (const text of ["10", "100", "1,000", "measured", "goal", "entities"])
      assert.include(svg, `>${text}</text>`);
  });

  it("are the same bytes for the same data", async () => {
    assert.equal(await renderSvg(BARS), await renderSvg(BARS));
    assert.equal(await renderSvg(LINES), await renderSvg(LINES));
  });

  it("have a background of their own, for light and dark pages", async () => {
    assert.match(await renderSvg(BARS), /<rect [^>]*fill="white"/);
  });

  it("are refused without data", async () => {
    const message = await renderSvg({ ...BARS, bars: [] }).then(String, (error: Error) => error.message);
    assert.equal(message, "the plot sample has no data");
  });

  it("fit the width that GitHub shows, with every text whole", async () => {
    for (const plot of composeReport(sampleRecords()).plots) {
      const svg = await renderSvg(plot);
      assertWellFormed(svg);
      const marks = plot.kind === "bars" ? plot.bars.length : plot.points.length;
      assert.equal(count(svg, plot.kind === "bars" ? BAR : POINT), marks, plot.name);
      assert.isAtMost(sizeOf(svg).width, MAX_WIDTH, plot.name);
      assert.notInclude(svg, "…", plot.name);
      if (plot.kind === "lines") continue;
      for (const { label } of plot.bars) {
        assert.isAtMost(label.length, MAX_LABEL, label);
        assert.include(svg, `>${label}</text>`);
      }
    }
  });
});

describe("numbers of the benchmarks", () => {
  it("are written with four digits or whole, in groups of three", () => {
    const texts = [0.051234, 1.02345, 617.25, 1_234.5, 28_182.46, 1_000_000, 0].map(numberText);
    assert.deepEqual(texts, ["0.05123", "1.023", "617.3", "1,235", "28,182", "1,000,000", "0"]);
    assert.deepEqual([1, 5.634, 61.2, 6_618.4].map(timesText), ["1.00×", "5.63×", "61×", "6,618×"]);
  });

  it("have round ticks around them on logarithmic axes", () => {
    assert.deepEqual(logTicks([1.4, 180]), [1, 10, 100, 1_000]);
    assert.deepEqual(logTicks([120, 340]), [100, 200, 500]);
    assert.deepEqual(logTicks([0.8, 7]), [0.5, 1, 2, 5, 10]);
    assert.throws(() => logTicks([0, 1]), /0 has no place on a logarithmic axis/);
  });
});
