import { randomBytes, randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { chunkWork } from "../../../offchain/sessions/chunk-work.ts";
import { openSession } from "../../../offchain/sessions/open-session.ts";
import { SessionWorkers } from "../../../offchain/sessions/session-workers.ts";
import { sharedBuffer } from "../../../offchain/sessions/shared-buffer.ts";
import { verifySessionFiles } from "../../../offchain/sessions/verify-session-files.ts";
import { CHUNK_BYTES, failureOf, newTrial, noise, type Trial } from "./trial.ts";

/** Worker scripts that fail in the ways in which threads do. */
const FAILING = join(import.meta.dirname, "failing-workers");
const MIB = 2 ** 20;

function shared(bytes: Uint8Array): Buffer {
  const buffer = sharedBuffer(bytes.length);
  buffer.set(bytes);
  return buffer;
}

describe("worker threads", function () {
  this.timeout(60_000);
  let trial: Trial;
  beforeEach(async () => {
    trial = await newTrial();
  });
  afterEach(() => trial.end());

  const secrets = () => ({ sessionKey: shared(randomBytes(32)), sessionId: randomUUID(), idx: 3 });

  it("compute what the calling thread computes, both ways", async () => {
    await using workers = new SessionWorkers({ threads: 2 });
    const work = { ...secrets(), plain: shared(noise(MIB)) };
    const [here, there] = [sharedBuffer(2 * MIB), sharedBuffer(2 * MIB)];
    const digest = chunkWork.seal({ ...work, target: here });
    expect(await workers.run("seal", { ...work, target: there })).to.deep.equal(digest);
    expect(there.equals(here)).to.equal(true);
    const file = there.subarray(0, digest.sizeBytes);
    expect(await workers.run("digest", { file })).to.deep.equal(digest);
    const target = sharedBuffer(16 * MIB);
    expect(await workers.run("open", { ...work, file, target })).to.equal(MIB);
    expect(target.subarray(0, MIB).equals(work.plain)).to.equal(true);
  });

  it("pass typed errors on with their details", async () => {
    await using workers = new SessionWorkers({ threads: 2 });
    const work = { ...secrets(), plain: shared(noise(1000)) };
    const target = sharedBuffer(MIB);
    const { sizeBytes } = chunkWork.seal({ ...work, target });
    const file = target.subarray(0, sizeBytes);
    const open = (change: object) =>
      workers.run("open", { ...work, file, target: sharedBuffer(16 * MIB), ...change });
    expect(await failureOf(() => open({ sessionKey: shared(randomBytes(32)) }))).to.deep.equal({
      code: "CHUNK_KEY_WRONG",
      idx: 3,
    });
    file.writeUInt8(file.readUInt8(40) ^ 1, 40);
    expect(await failureOf(() => open({}))).to.deep.equal({ code: "CHUNK_NOT_AUTHENTIC", idx: 3 });
    // Larger than any chunk may be: its frame is refused before it is decompressed.
    const large = sharedBuffer(18 * MIB);
    const digest = chunkWork.seal({ ...work, plain: noise(17 * MIB), target: large });
    expect(await failureOf(() => open({ file: large.subarray(0, digest.sizeBytes) }))).to.deep.equal({
      code: "CHUNK_FRAME_INVALID",
      idx: 3,
      fault: "content-too-large",
    });
  });

  for (const [script, reason] of Object.entries({
    "exits.ts": /exit code 3/,
    "throws.ts": /out of luck/,
    "does-not-load.ts": /not-there/,
  })) {
    it(`that fail (${script}) end the seal with a typed error and leave nothing`, async () => {
      await using workers = new SessionWorkers({ threads: 2, script: join(FAILING, script) });
      const failure = await failureOf(() => trial.seal(noise(8 * MIB), { chunkBytes: MIB, workers }));
      expect(failure).to.include({ code: "SESSION_WORKER_FAILED" });
      expect("reason" in failure && failure.reason).to.match(reason);
      expect(readdirSync(join(trial.dataDir, "sessions"))).to.deep.equal([]);
    });
  }

  it("leave neither key nor plaintext behind, also when a seal fails", async () => {
    for (const script of [undefined, join(FAILING, "throws.ts")]) {
      const seen = new Set<Uint8Array>();
      class Watched extends SessionWorkers {
        override run: SessionWorkers["run"] = (name, work) => {
          if ("plain" in work) for (const secret of [work.sessionKey, work.plain]) seen.add(secret);
          return super.run(name, work);
        };
      }
      await using workers = new Watched({ threads: 2, ...(script && { script }) });
      const sealing = trial.seal(noise(4 * MIB), { chunkBytes: MIB, workers });
      await sealing.catch(() => undefined);
      expect(seen.size).to.be.at.least(2);
      for (const secret of seen) expect(secret.every((byte) => byte === 0)).to.equal(true);
    }
  });

  it("give back a recording in order, and find the same faults, in any number", async () => {
    const content = noise(30 * CHUNK_BYTES + 7);
    const sealed = await trial.seal(content, { threads: 3 });
    expect(sealed.manifest.chunks.map(({ idx }) => idx)).to.deep.equal([...Array(31).keys()]);
    for (const threads of [1, 2, 3]) {
      expect((await verifySessionFiles(sealed.directory, { threads })).findings).to.deep.equal([]);
      const destination = join(trial.folder, `opened-${threads}`);
      const chunks: number[] = [];
      const { bytes } = await openSession({
        ...{ path: sealed.directory, identities: [trial.identity], destination, threads },
        onProgress: (progress) => chunks.push(progress.chunks),
      });
      expect(bytes).to.equal(content.length);
      expect(chunks).to.deep.equal([...Array(31).keys()].map((idx) => idx + 1));
      expect(readFileSync(destination).equals(content)).to.equal(true);
    }
  });
});
