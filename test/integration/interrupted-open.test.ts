import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { assert } from "chai";
import { spawnTask } from "../support/run-task.ts";
import { newTrial, noise, type Trial } from "../unit/sessions/trial.ts";

const MIB = 2 ** 20;
/** Opening it takes several times as long as a signal takes to arrive. */
const RECORDING_BYTES = 256 * MIB;
const CHUNK_BYTES = 2 * MIB;
/** How often the test looks whether plaintext is being written. */
const LOOK_MS = 2;

describe("session open, interrupted as a process", function () {
  this.timeout(120_000);
  let trial: Trial;
  let directory: string;
  let opened: string;

  before(async () => {
    trial = await newTrial();
    ({ directory } = await trial.seal(noise(RECORDING_BYTES), { chunkBytes: CHUNK_BYTES }));
  });
  after(() => trial?.end());
  beforeEach(async () => {
    opened = await mkdtemp(join(tmpdir(), "lucid-interrupted-"));
  });
  afterEach(() => rm(opened, { recursive: true, force: true }));

  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    it(`by ${signal} leaves no plaintext, says so in one line, and fails`, async function () {
      if (process.platform === "win32") this.skip();
      const out = join(opened, "recording");
      const child = spawnTask(["session", "open", directory, "--out", out], {
        LUCID_DATA_DIR: trial.dataDir,
        LUCID_AGE_IDENTITY: trial.identity,
      });
      let output = "";
      for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data) => (output += data));
      const ended = new Promise((end) => child.once("close", (...how) => end(how)));
      const isWriting = () => readdirSync(opened).some((name) => name.endsWith(".partial"));
      while (!isWriting() && child.exitCode === null) await sleep(LOOK_MS);
      assert.isTrue(isWriting(), "plaintext is being written");
      child.kill(signal);

      assert.deepEqual(await ended, [1, null], output);
      const lines = output.trim().split("\n");
      assert.lengthOf(
        lines.filter((line) => !/^opening .*: \d+ %/.test(line)),
        1,
        output,
      );
      assert.match(output, /^Error SESSION_OPEN_INTERRUPTED: .*recording was not written/m);
      assert.deepEqual(readdirSync(opened), []);
      assert.isFalse(existsSync(out));
    });
  }
});
