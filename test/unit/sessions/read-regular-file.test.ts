import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { readRegularFile } from "../../../offchain/sessions/read-regular-file.ts";
import { failureOf, newTrial, type Trial } from "./trial.ts";

const MAX_BYTES = 10;

describe("reading a file that may come from somebody else", () => {
  let trial: Trial;
  beforeEach(async () => {
    trial = await newTrial();
  });
  afterEach(() => trial.end());

  const at = (name: string) => join(trial.folder, name);
  const read = (path: string) => readRegularFile(path, { maxBytes: MAX_BYTES });
  const unlessWindows = (context: Mocha.Context) => {
    if (process.platform === "win32") context.skip();
  };

  it("gives its bytes, up to the limit, also by a link", async () => {
    for (const content of ["", "x", "x".repeat(MAX_BYTES)]) {
      expect((await read(trial.record(content)))?.toString()).to.equal(content);
    }
    symlinkSync(trial.record("linked"), at("link"));
    expect((await read(at("link")))?.toString()).to.equal("linked");
  });

  it("gives nothing where there is nothing", async () => {
    expect(await read(at("nowhere"))).to.equal(undefined);
    expect(await read(join(trial.record("a file"), "below it"))).to.equal(undefined);
    symlinkSync(at("nowhere"), at("dangling"));
    expect(await read(at("dangling"))).to.equal(undefined);
  });

  it("refuses a longer one, with its size", async () => {
    const path = trial.record("x".repeat(MAX_BYTES + 1));
    expect(await failureOf(() => read(path))).to.deep.equal({
      code: "FILE_TOO_LARGE",
      path,
      fileBytes: MAX_BYTES + 1,
      maxBytes: MAX_BYTES,
    });
  });

  it("refuses a folder", async () => {
    mkdirSync(at("folder"));
    expect(await failureOf(() => read(at("folder")))).to.deep.equal({
      code: "FILE_NOT_REGULAR",
      path: at("folder"),
      kind: "a folder",
    });
  });

  it("refuses a FIFO without waiting for a writer, also by a link", async function () {
    unlessWindows(this);
    execFileSync("mkfifo", [at("pipe")]);
    symlinkSync(at("pipe"), at("link"));
    for (const path of [at("pipe"), at("link")]) {
      expect(await failureOf(() => read(path))).to.deep.equal({
        code: "FILE_NOT_REGULAR",
        path,
        kind: "a FIFO",
      });
    }
  });

  it("refuses a device and a socket", async function () {
    unlessWindows(this);
    expect(await failureOf(() => read("/dev/zero"))).to.include({
      code: "FILE_NOT_REGULAR",
      kind: "a device",
    });
    const server = createServer();
    await new Promise<void>((listening) => server.listen(at("socket"), listening));
    try {
      expect(await failureOf(() => read(at("socket")))).to.include({ code: "FILE_NOT_REGULAR" });
    } finally {
      server.close();
    }
  });

  it("says which file the system does not let it read, and why", async () => {
    symlinkSync(at("loop"), at("loop"));
    const failure = await failureOf(() => read(at("loop")));
    expect(failure).to.include({ code: "FILE_UNREADABLE", path: at("loop") });
    expect(failure).to.have.property("reason").that.includes("ELOOP");
    const tooLong = at("x".repeat(300));
    expect(await failureOf(() => read(tooLong))).to.include({ code: "FILE_UNREADABLE", path: tooLong });
  });

  it("says so of a file without permission", async function () {
    // Root may read everything.
    if (process.platform === "win32" || process.getuid?.() === 0) this.skip();
    writeFileSync(at("secret"), "x", { mode: 0o000 });
    expect(await failureOf(() => read(at("secret")))).to.include({ code: "FILE_UNREADABLE" });
  });
});
