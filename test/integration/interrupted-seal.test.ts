import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { assert } from "chai";
import { runJson, runTask, spawnTask } from "../support/run-task.ts";
import { newTrial, noise, type Trial } from "../unit/sessions/trial.ts";

const MIB = 2 ** 20;
/** Sealing it takes several times as long as a signal takes to arrive. */
const RECORDING_BYTES = 256 * MIB;
/** How often the test looks whether the session is being sealed. */
const LOOK_MS = 2;

interface Sealed {
  readonly session: string;
  readonly recording: string;
}

describe("session seal, as a process", function () {
  this.timeout(120_000);
  let trial: Trial;
  let settings: Record<string, string>;

  beforeEach(async () => {
    trial = await newTrial();
    settings = {
      LUCID_DATA_DIR: trial.dataDir,
      LUCID_OWNER_KEY: trial.owner.privateKey,
      LUCID_AGE_RECIPIENTS: trial.recipient,
    };
  });
  afterEach(() => trial?.end());

  const sessions = () => {
    const folder = join(trial.dataDir, "sessions");
    return existsSync(folder) ? readdirSync(folder) : [];
  };

  for (const [signal, exitCode] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const) {
    it(`interrupted by ${signal} leaves no half session, says so in one line, and fails`, async function () {
      if (process.platform === "win32") this.skip();
      const source = trial.record(noise(RECORDING_BYTES));
      const times = ["--started-at", "2026-01-01T00:00:00Z", "--ended-at", "2026-01-01T00:00:00Z"];
      const child = spawnTask(["session", "seal", source, ...times, "--chunk-bytes", String(MIB)], settings);
      let output = "";
      for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data) => (output += data));
      const ended = new Promise((end) => child.once("close", (...how) => end(how)));
      while (sessions().length === 0 && child.exitCode === null) await sleep(LOOK_MS);
      assert.match(sessions().join(), /^\.sealing-/, "the session is being sealed");
      child.kill(signal);

      assert.deepEqual(await ended, [exitCode, null], output);
      const lines = output.trim().split("\n");
      const answers = lines.filter((line) => !/^sealing .*: \d+ %/.test(line));
      assert.lengthOf(answers, 1, output);
      assert.match(output, /^Error SESSION_SEAL_INTERRUPTED: .*nothing of the session was left behind/m);
      assert.deepEqual(sessions(), []);
    });
  }

  it("of a folder says what was left out, understands asciicast v3, and writes nothing but JSON to stdout", async () => {
    const folder = join(trial.folder, "many");
    mkdirSync(folder);
    const cast3 = `${JSON.stringify({ version: 3, term: { cols: 80, rows: 24 }, timestamp: 1_767_225_600 })}\n`;
    for (const name of ["a.cast", "b.cast", "c.cast"])
      trial.record(`${cast3}[1.5, "o", "x"]\n`, `many/${name}`);
    trial.record("notes", "many/notes.txt");
    trial.record("video", "many/video.mp4");
    const rows = await runJson<Sealed[]>(["session", "seal", folder], settings);
    assert.deepEqual(
      rows.map(({ recording }) => recording),
      ["a.cast", "b.cast", "c.cast"].map((name) => join(folder, name)),
    );
    assert.sameMembers(
      sessions(),
      rows.map(({ session }) => session),
    );
    const { code, stdout, stderr } = await runTask(["session", "seal", folder], settings);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^2 other files were left out: only \*\.cast is sealed in a folder\.$/m);
    const listed = await runJson<unknown[]>(["session", "list"], settings);
    assert.lengthOf(listed, 6, "all are in the store");
  });
});
