import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "chai";
import { isMeasured, keepRecord, readRecord } from "../../../scripts/bench/run/records.ts";
import { runAll } from "../../../scripts/bench/run/run-all.ts";
import { sampleRecords } from "../../support/bench-records.ts";

/** A process that measures, exits or is killed, as its name says, and notes its id. */
const scriptIn = (folder: string) => `
import { appendFileSync, copyFileSync } from "node:fs";
const [, , name] = process.argv;
appendFileSync(${JSON.stringify(join(folder, "log"))}, name + " " + process.pid + "\\n");
if (name === "exits") process.exit(3);
if (name === "is-killed") process.kill(process.pid, "SIGKILL");
copyFileSync(${JSON.stringify(join(folder, "sample"))}, ${JSON.stringify(folder)} + "/" + name + ".json");
`;

describe("a run of all benchmarks", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "lucid-bench-run-"));
    writeFileSync(join(folder, "script.mjs"), scriptIn(folder));
    writeFileSync(join(folder, "sample"), JSON.stringify(sampleRecords().get("vrf")));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("has a process for each, and goes on after one that failed", async () => {
    const names = ["first", "exits", "is-killed", "last"];
    const records = await runAll(names, { script: join(folder, "script.mjs"), folder });
    const log = readFileSync(join(folder, "log"), "utf8").trim().split("\n");
    assert.deepEqual(
      log.map((line) => line.split(" ")[0]),
      names,
    );
    assert.lengthOf(new Set(log.map((line) => line.split(" ")[1])), names.length);
    assert.deepEqual(
      records.map((record) => (isMeasured(record) ? "measured" : record.failure)),
      [
        "measured",
        "the process ended with exit code 3, and measured nothing",
        "the process ended with SIGKILL, and measured nothing",
        "measured",
      ],
    );
    assert.deepEqual(readRecord("exits", folder), records[1], "what failed is kept too");
  });

  it("does not take an earlier measurement for this one", async () => {
    const [earlier] = sampleRecords().values();
    if (earlier === undefined) throw new Error("there is no sample");
    keepRecord({ ...earlier, benchmark: "exits" }, folder);
    const [record] = await runAll(["exits"], { script: join(folder, "script.mjs"), folder });
    assert.isFalse(record && isMeasured(record));
  });
});
