import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { findRecordings } from "../../../offchain/sessions/find-recordings.ts";
import { openRecording } from "../../../offchain/sessions/recording.ts";
import { recordingTimes } from "../../../offchain/sessions/recording-times.ts";
import { failureOf, newTrial, STARTED_AT, type Trial } from "./trial.ts";

describe("a recording", () => {
  let trial: Trial;
  before(async () => {
    trial = await newTrial();
  });
  after(() => trial.end());

  const times = async (content: string, given = {}) => {
    const recording = await openRecording(trial.record(content));
    try {
      return await recordingTimes(recording, given);
    } finally {
      await recording.file.close();
    }
  };
  const cast = (header: object, ...events: unknown[]) =>
    [{ version: 2, width: 80, height: 24, ...header }, ...events]
      .map((line) => `${JSON.stringify(line)}\n`)
      .join("");

  it("in asciicast v2 says itself when it began and ended", async () => {
    const content = cast({ timestamp: STARTED_AT }, [0.1, "o", "a"], [12.3, "o", "b"]);
    expect(await times(content)).to.deep.equal({ startedAt: STARTED_AT, endedAt: STARTED_AT + 13 });
  });

  it("in asciicast v2 without events ends after its duration", async () => {
    expect(await times(cast({ timestamp: STARTED_AT, duration: 5 }))).to.deep.equal({
      startedAt: STARTED_AT,
      endedAt: STARTED_AT + 5,
    });
    expect((await times(cast({ timestamp: STARTED_AT }))).endedAt).to.equal(STARTED_AT);
  });

  it("in asciicast v2 longer than what is read at once", async () => {
    const long = Array.from({ length: 30 }, (_, at) => [at, "o", "x".repeat(100_000)]);
    expect((await times(cast({ timestamp: STARTED_AT }, ...long))).endedAt).to.equal(STARTED_AT + 29);
  });

  const cast3 = (header: object, ...lines: unknown[]) =>
    [{ version: 3, term: { cols: 80, rows: 24 }, ...header }, ...lines]
      .map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`)
      .join("");

  it("in asciicast v3 ends after the sum of its intervals, comments and empty lines left out", async () => {
    const events = [[0.1, "o", "a"], "# [99, a comment", [12.3, "o", "b"], "", [0.5, "x", "0"]];
    const content = cast3({ timestamp: STARTED_AT }, ...events);
    expect(await times(content)).to.deep.equal({ startedAt: STARTED_AT, endedAt: STARTED_AT + 13 });
    expect(await times(content, { startedAt: 50 })).to.deep.equal({ startedAt: 50, endedAt: 63 });
    expect((await times(content.trimEnd())).endedAt, "without a last newline").to.equal(STARTED_AT + 13);
    expect((await times(cast3({ timestamp: STARTED_AT }))).endedAt, "without events").to.equal(STARTED_AT);
  });

  it("in asciicast v3 adds up exactly: ten tenths of a second are one", async () => {
    const tenths = Array.from({ length: 10 }, () => [0.1, "o", "."]);
    const tenth = Array.from({ length: 3 }, () => [0.7, "o", "."]);
    expect((await times(cast3({ timestamp: 0 }, ...tenths))).endedAt).to.equal(1);
    // 0.7 + 0.7 + 0.7 is 2.0999999999999996 in floating point, and 30 times 0.1 is 3.0000000000000013.
    expect((await times(cast3({ timestamp: 0 }, ...tenths, ...tenths, ...tenths))).endedAt).to.equal(3);
    expect((await times(cast3({ timestamp: 0 }, ...tenth))).endedAt).to.equal(3);
  });

  it("in asciicast v3 longer than what is read at once, a line across the pieces", async () => {
    const long = Array.from({ length: 30 }, () => [1, "o", "é".repeat(50_000)]);
    expect((await times(cast3({ timestamp: STARTED_AT }, ...long))).endedAt).to.equal(STARTED_AT + 30);
  });

  it("in asciicast v3 is as long as the same recording in v2", async () => {
    const timesOf = async (path: string) => {
      const recording = await openRecording(path);
      try {
        return await recordingTimes(recording);
      } finally {
        await recording.file.close();
      }
    };
    const root = join(import.meta.dirname, "../../..");
    expect(await timesOf(join(root, "test/vectors/first-steps-v3.cast"))).to.deep.equal(
      await timesOf(join(root, "samples/first-steps.cast")),
    );
  });

  it("in asciicast v3 that is broken is refused, by its line", async () => {
    for (const [broken, line] of [
      [cast3({ timestamp: "noon" }), "first"],
      [cast3({ timestamp: 1 }, [1, "o", "a"], '[2, "o'), 3],
      [cast3({ timestamp: 1 }, [1, "o", "a"], "# ok", [-1, "o", "a"], [1, "o", "a"]), 4],
      [cast3({ timestamp: 1 }, [1, "o", "x".repeat(3_000_000)]), 2],
    ] as const) {
      expect(await failureOf(() => times(broken)), String(line)).to.include({
        ...{ code: "SESSION_RECORDING_MALFORMED", version: 3, line },
      });
    }
  });

  it("goes by what the operator says first", async () => {
    const content = cast({ timestamp: STARTED_AT }, [3, "o", "a"]);
    expect(await times(content, { startedAt: 50 })).to.deep.equal({ startedAt: 50, endedAt: 53 });
    expect(await times(content, { endedAt: STARTED_AT + 9 })).to.include({ endedAt: STARTED_AT + 9 });
    expect(await times("{", { startedAt: 1, endedAt: 2 })).to.deep.equal({ startedAt: 1, endedAt: 2 });
  });

  it("in asciicast v2 with a given beginning ends as long after it as its last event comes", async () => {
    const events = [
      [0.1, "o", "a"],
      [12.3, "o", "b"],
    ];
    for (const header of [{ timestamp: STARTED_AT }, {}]) {
      expect(await times(cast(header, ...events), { startedAt: 50 })).to.deep.equal({
        startedAt: 50,
        endedAt: 63,
      });
    }
    expect(await times(cast({ duration: 5 }), { startedAt: 50 })).to.deep.equal({
      startedAt: 50,
      endedAt: 55,
    });
  });

  it("with a given end still needs its beginning", async () => {
    expect(await times(cast({ timestamp: STARTED_AT + 0.9 }), { endedAt: STARTED_AT + 9 })).to.deep.equal({
      startedAt: STARTED_AT,
      endedAt: STARTED_AT + 9,
    });
    const { code } = await failureOf(() => times("plain text", { endedAt: STARTED_AT }));
    expect(code).to.equal("SESSION_STARTED_AT_MISSING");
  });

  it("in another format needs its beginning, and ends with the file's last change", async () => {
    for (const other of ["plain text", "{ not JSON", '{"version":1}', cast({})]) {
      expect((await failureOf(() => times(other))).code, other).to.equal("SESSION_STARTED_AT_MISSING");
    }
    const path = trial.record("plain text");
    utimesSync(path, STARTED_AT, STARTED_AT);
    const recording = await openRecording(path);
    expect(await recordingTimes(recording, { startedAt: 7 })).to.deep.equal({
      startedAt: 7,
      endedAt: STARTED_AT,
    });
    const later = STARTED_AT + 1;
    expect(await recordingTimes(recording, { startedAt: later })).to.deep.equal({
      startedAt: later,
      endedAt: later,
    });
    await recording.file.close();
  });

  it("in asciicast v2 that is broken is refused, by its line", async () => {
    expect(await failureOf(() => times(cast({ timestamp: "noon" })))).to.include({
      code: "SESSION_RECORDING_MALFORMED",
      line: "first",
    });
    for (const header of [{ timestamp: 1e20 }, { timestamp: STARTED_AT, duration: 1e20 }]) {
      const failure = await failureOf(() => times(cast(header)));
      expect(failure).to.include({ code: "SESSION_RECORDING_MALFORMED", line: "first" });
    }
    expect(await failureOf(() => times(cast({ timestamp: 1 }, [1e20, "o", "a"])))).to.include({
      code: "SESSION_RECORDING_MALFORMED",
      line: "last",
    });
    expect(await failureOf(() => times(`${cast({ timestamp: 1 }, [1, "o", "a"])}[2, "o`))).to.include({
      code: "SESSION_RECORDING_MALFORMED",
      line: "last",
    });
  });

  it("that is empty, absent or no file is refused", async () => {
    expect(await failureOf(() => openRecording(trial.record("")))).to.include({
      code: "SESSION_RECORDING_EMPTY",
    });
    for (const path of [join(trial.folder, "nowhere"), trial.folder]) {
      const { code } = await failureOf(() => openRecording(path));
      expect(code).to.equal("SESSION_RECORDING_UNREADABLE");
    }
  });

  it("that is a FIFO is refused without waiting for a writer", async function () {
    if (process.platform === "win32") this.skip();
    const path = join(trial.folder, "pipe.cast");
    execFileSync("mkfifo", [path]);
    for (const opening of [openRecording(path), findRecordings(path).then(() => openRecording(path))]) {
      expect(await failureOf(() => opening)).to.deep.equal({
        code: "SESSION_RECORDING_UNREADABLE",
        path,
        reason: "it is a FIFO",
      });
    }
    const folder = join(trial.folder, "with-pipe");
    mkdirSync(folder);
    execFileSync("mkfifo", [join(folder, "pipe.cast")]);
    writeFileSync(join(folder, "a.cast"), "x");
    expect(await findRecordings(folder)).to.deep.equal({ recordings: [join(folder, "a.cast")], leftOut: 1 });
  });

  it("is found in a folder: sorted, nothing hidden, no links followed", async () => {
    const folder = join(trial.folder, "many");
    mkdirSync(join(folder, "b"), { recursive: true });
    mkdirSync(join(folder, ".hidden"));
    for (const name of ["c.cast", "a.cast", "b/inner.cast", ".secret", ".hidden/x.cast"]) {
      writeFileSync(join(folder, name), "x");
    }
    symlinkSync(trial.record("outside"), join(folder, "link.cast"));
    symlinkSync(trial.folder, join(folder, "loop"));
    expect(await findRecordings(folder)).to.deep.equal({
      recordings: ["a.cast", "b/inner.cast", "c.cast"].map((name) => join(folder, name)),
      leftOut: 3,
    });
    const file = join(folder, "a.cast");
    expect(await findRecordings(file)).to.deep.equal({ recordings: [file], leftOut: 0 });
    expect((await failureOf(() => findRecordings(join(folder, "nowhere")))).code).to.equal(
      "SESSION_RECORDING_UNREADABLE",
    );
  });
});
