import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "chai";
import { dropRecord, keepRecord, readRecord } from "../../../scripts/bench/run/records.ts";
import { summaryLines } from "../../../scripts/bench/run/run-all.ts";
import { sampleRecords } from "../../support/bench-records.ts";

describe("records of benchmarks", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "lucid-bench-records-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("are read as they were kept, whatever was measured", () => {
    for (const record of sampleRecords().values()) {
      keepRecord(record, folder);
      assert.deepEqual(readRecord(record.benchmark, folder), record);
    }
    assert.lengthOf(readdirSync(folder), sampleRecords().size);
  });

  it("are of the last run alone, and also say that it failed", () => {
    const gas = sampleRecords().get("gas");
    if (gas === undefined) throw new Error("there is no sample of gas");
    keepRecord(gas, folder);
    const { measurement: _, ...run } = gas;
    keepRecord({ ...run, failure: "out of gas" }, folder);
    assert.deepEqual(readRecord("gas", folder), { ...run, failure: "out of gas" });
    dropRecord("gas", folder);
    assert.isUndefined(readRecord("gas", folder));
  });

  it("are refused where a number is none, when they are kept", () => {
    const gas = sampleRecords().get("gas");
    if (gas === undefined) throw new Error("there is no sample of gas");
    const figures = [{ figure: "gas.x", value: Number.NaN, unit: "gas", beside: {} }];
    assert.throws(() => keepRecord({ ...gas, measurement: { conditions: {}, figures } }, folder), /NaN/);
    assert.isUndefined(readRecord("gas", folder));
  });

  it("name the file that is something else, and how to replace it", () => {
    writeFileSync(join(folder, "gas.json"), '{"benchmark":"gas"}');
    assert.throws(
      () => readRecord("gas", folder),
      /gas\.json is not a measurement; run npm run bench -- gas again/,
    );
  });

  it("are summed up by what failed, then by the goals that were missed", () => {
    const records = sampleRecords();
    const { measurement: _, ...run } = records.get("vrf") ?? { measurement: undefined };
    records.delete("vrf");
    const lines = summaryLines([...records.values(), { ...run, failure: "killed" } as never]);
    assert.deepEqual(lines, [
      "FAILED: vrf: killed",
      "goal missed: seal.cores is 1.62",
      "goal missed: credits.1m.ms is 180.4",
    ]);
  });
});
