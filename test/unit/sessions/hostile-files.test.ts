import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { MAX_CHUNK_FILE_BYTES, MAX_MANIFEST_BYTES } from "../../../offchain/sessions/limits.ts";
import { openSession } from "../../../offchain/sessions/open-session.ts";
import { readOwnerSignature } from "../../../offchain/sessions/owner-signature-file.ts";
import type { SealedSession } from "../../../offchain/sessions/sealed-session.ts";
import { chunkPath } from "../../../offchain/sessions/session-directory.ts";
import { verifySessionFiles } from "../../../offchain/sessions/verify-session-files.ts";
import { CHUNK_BYTES, failureOf, newTrial, noise, type Trial } from "./trial.ts";

const OVERSIZED_BYTES = 2 ** 30;

describe("a session's folder made by somebody else", () => {
  let trial: Trial;
  let sealed: SealedSession;
  beforeEach(async () => {
    trial = await newTrial();
    sealed = await trial.seal(noise(4 * CHUNK_BYTES));
  });
  afterEach(() => trial.end());

  const file = (name: string) => join(sealed.directory, name);
  const chunk = (idx: number) => chunkPath(sealed.directory, idx);
  const findings = async () =>
    (await verifySessionFiles(sealed.directory)).findings.map(({ details }) => details);
  const open = () =>
    openSession({
      path: sealed.directory,
      identities: [trial.identity],
      destination: join(trial.folder, "opened"),
    });
  const replace = (path: string, by: "a folder" | "a FIFO") => {
    rmSync(path, { force: true });
    if (by === "a folder") mkdirSync(path);
    else execFileSync("mkfifo", [path]);
  };
  const kinds = process.platform === "win32" ? (["a folder"] as const) : (["a folder", "a FIFO"] as const);

  for (const kind of kinds) {
    it(`with ${kind} as a chunk: named, and the other chunks are checked`, async () => {
      replace(chunk(1), kind);
      rmSync(chunk(3));
      const expected = { code: "FILE_NOT_REGULAR", path: chunk(1), kind };
      expect(await findings()).to.deep.equal([expected, { code: "CHUNK_MISSING", idx: 3, path: chunk(3) }]);
      expect(await failureOf(open)).to.deep.equal(expected);
    });

    it(`with ${kind} as its manifest, signature or key`, async () => {
      for (const [name, act] of [
        ["session-key.age", open],
        ["owner-signature.json", () => readOwnerSignature(sealed.directory)],
        ["owner-signature.json", open],
        ["manifest.json", () => verifySessionFiles(sealed.directory)],
        ["manifest.json", open],
      ] as const) {
        rmSync(file(name), { recursive: true });
        replace(file(name), kind);
        expect(await failureOf(act), name).to.deep.equal({
          code: "FILE_NOT_REGULAR",
          path: file(name),
          kind,
        });
      }
    });

    it(`with ${kind} where a swapped chunk belongs`, async () => {
      rmSync(chunk(0));
      renameSync(chunk(1), chunk(0));
      replace(chunk(1), kind);
      expect(await findings()).to.deep.equal([
        { code: "CHUNK_SWAPPED", idx: 0, contentOf: 1 },
        { code: "FILE_NOT_REGULAR", path: chunk(1), kind },
      ]);
    });
  }

  it("with a chunk larger than any chunk: too long by the manifest, and not read", async () => {
    truncateSync(chunk(2), OVERSIZED_BYTES);
    const [expected, ...others] = await findings();
    expect(expected).to.include({ code: "CHUNK_SIZE_MISMATCH", idx: 2, actualBytes: OVERSIZED_BYTES });
    expect(others).to.deep.equal([]);
    truncateSync(chunk(2), MAX_CHUNK_FILE_BYTES + 1);
    expect(await failureOf(open)).to.include({ code: "CHUNK_SIZE_MISMATCH", idx: 2 });
  });

  it("with a manifest, signature or key larger than any: not read", async () => {
    for (const [name, act] of [
      ["session-key.age", open],
      ["owner-signature.json", open],
      ["manifest.json", () => verifySessionFiles(sealed.directory)],
    ] as const) {
      truncateSync(file(name), OVERSIZED_BYTES);
      expect(await failureOf(act), name).to.include({
        code: "FILE_TOO_LARGE",
        path: file(name),
        fileBytes: OVERSIZED_BYTES,
      });
    }
    truncateSync(file("manifest.json"), MAX_MANIFEST_BYTES + 1);
    expect(await failureOf(open)).to.include({ code: "FILE_TOO_LARGE", maxBytes: MAX_MANIFEST_BYTES });
  });

  it("with a chunk that links to itself: named, and the other chunks are checked", async () => {
    rmSync(chunk(0));
    symlinkSync(chunk(0), chunk(0));
    rmSync(chunk(1));
    const [unreadable, missing] = await findings();
    expect(unreadable).to.include({ code: "FILE_UNREADABLE", path: chunk(0) });
    expect(missing).to.include({ code: "CHUNK_MISSING", idx: 1 });
  });

  it("with a file, or a link to itself, in place of its folder of chunks", async () => {
    const chunks = file("chunks");
    rmSync(chunks, { recursive: true });
    writeFileSync(chunks, "");
    expect((await findings()).map(({ code }) => code)).to.deep.equal(Array(4).fill("CHUNK_MISSING"));
    rmSync(chunks);
    symlinkSync(chunks, chunks);
    const codes = (await findings()).map(({ code }) => code);
    expect(codes).to.deep.equal(Array(5).fill("FILE_UNREADABLE"));
  });
});
