import { readFile } from "node:fs/promises";
import { assert } from "chai";
import { isObject, type Json } from "../../../devnet/tron/json/parse-json.ts";
import { readScenario, recordedAnswer } from "../../support/tron-recordings.ts";
import { Replay } from "../../support/tron-replay.ts";

const SCENARIOS = ["01", "02", "03", "04", "05", "06", "07", "08", "14", "15", "16"];

/** The energy that a receipt or a constant call shows. */
function energyOf(answer: Json): number | undefined {
  if (!isObject(answer)) return undefined;
  const { receipt, energy_used: used } = answer;
  const total = isObject(receipt) ? receipt.energy_usage_total : used;
  return typeof total === "number" ? total : undefined;
}

/** Numbers of the table in docs/tron-node.md, row by row: recorded, ours. */
async function documentedRows(): Promise<
  readonly (readonly [string, readonly number[], readonly number[]])[]
> {
  const text = await readFile("docs/tron-node.md", "utf8");
  const table = text.slice(text.indexOf("| call | recorded | here |"));
  const rows = table.split("\n").slice(2);
  const numbers = (cell: string) =>
    (cell.match(/\d{1,3}(,\d{3})+/g) ?? []).map((digits) => Number(digits.replace(/,/g, "")));
  return rows
    .slice(
      0,
      rows.findIndex((row) => !row.startsWith("|")),
    )
    .map((row) => row.split("|").map((cell) => cell.trim()))
    .map(([, call = "", recorded = "", ours = ""]) => [
      call,
      numbers(recorded),
      ours === "the same" ? numbers(recorded) : numbers(ours),
    ]);
}

describe("the table of energy in docs/tron-node.md", function () {
  this.timeout(120_000);

  it("has energy that java-tron and the local node count for the same calls", async () => {
    const [recorded, ours] = [new Set<number>(), new Set<number>()];
    const note = async (numbers: readonly string[], options: Parameters<typeof Replay.start>[1]) => {
      const calls = (await Promise.all(numbers.map(readScenario))).flat();
      await using replay = await Replay.start(calls, options);
      for (const call of calls) {
        const before = energyOf(recordedAnswer(call));
        const after = energyOf((await replay.play(call)).answer);
        assert.equal(after, before, `${call.scenario}#${call.index}`);
        if (before !== undefined) recorded.add(before);
        if (after !== undefined) ours.add(after);
      }
    };
    await note(SCENARIOS, {});
    await note(["41"], { parameters: { maintenanceIntervalMs: 60_000, dynamicEnergyThreshold: 100_000 } });
    const rows = await documentedRows();
    assert.isAbove(rows.length, 10);
    for (const [call, before, after] of rows) {
      assert.isNotEmpty(before, call);
      assert.deepEqual(after, before, `${call}: nothing differs, says the page`);
      for (const energy of before)
        assert.isTrue(recorded.has(energy) && ours.has(energy), `${call}: ${energy}`);
    }
  });
});
