import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { CHUNK_BYTES, failureOf, newTrial, noise, type Trial } from "./trial.ts";

const CHUNKS = 12;

describe("a seal that is interrupted", () => {
  let trial: Trial;
  beforeEach(async () => {
    trial = await newTrial();
  });
  afterEach(() => trial.end());

  const sessions = () => readdirSync(join(trial.dataDir, "sessions"));

  for (const threads of [1, 2]) {
    for (const after of [1, CHUNKS]) {
      it(`after ${after} of ${CHUNKS} chunks in ${threads} thread(s) leaves nothing behind`, async () => {
        const controller = new AbortController();
        const seen: string[] = [];
        const sealing = trial.seal(noise(CHUNKS * CHUNK_BYTES), {
          ...{ threads, signal: controller.signal },
          onProgress: ({ chunks }) => {
            if (chunks !== after) return;
            seen.push(...sessions());
            controller.abort();
          },
        });
        expect(await failureOf(() => sealing)).to.deep.equal({
          code: "SESSION_SEAL_INTERRUPTED",
          path: join(trial.folder, "recording.bin"),
        });
        expect(seen, "there was something to remove").to.have.length(1);
        expect(sessions()).to.deep.equal([]);
      });
    }
  }

  it("before it began writes nothing", async () => {
    const { code } = await failureOf(() => trial.seal(noise(10), { signal: AbortSignal.abort() }));
    expect(code).to.equal("SESSION_SEAL_INTERRUPTED");
    expect(readdirSync(trial.folder)).to.deep.equal(["recording.bin"]);
  });
});
