import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { openSession } from "../../../offchain/sessions/open-session.ts";
import type { SealedSession } from "../../../offchain/sessions/sealed-session.ts";
import { CHUNK_BYTES, failureOf, newTrial, noise, type Trial } from "./trial.ts";

const CHUNKS = 4;

describe("an open that is interrupted", () => {
  let trial: Trial;
  let sealed: SealedSession;
  beforeEach(async () => {
    trial = await newTrial();
    sealed = await trial.seal(noise(CHUNKS * CHUNK_BYTES));
  });
  afterEach(() => trial.end());

  const destination = () => join(trial.folder, "opened");
  const partials = () => readdirSync(trial.folder).filter((name) => name.endsWith(".partial"));
  /** Opens the session, and does something after so many chunks. */
  const openUntil = (after: number, act: (controller: AbortController) => void) => {
    const controller = new AbortController();
    const { signal } = controller;
    const options = { path: sealed.directory, identities: [trial.identity], destination: destination() };
    return openSession({
      ...options,
      signal,
      onProgress: ({ chunks }) => {
        if (chunks === after) act(controller);
      },
    });
  };

  for (const after of [1, CHUNKS]) {
    it(`after ${after} of ${CHUNKS} chunks leaves nothing behind`, async () => {
      const seen: string[] = [];
      const opening = openUntil(after, (controller) => {
        seen.push(...partials());
        controller.abort();
      });
      expect(await failureOf(() => opening)).to.deep.equal({
        code: "SESSION_OPEN_INTERRUPTED",
        path: destination(),
      });
      expect(seen, "there was plaintext to remove").to.have.length(1);
      expect(partials()).to.deep.equal([]);
      expect(existsSync(destination())).to.equal(false);
    });
  }

  it("before it began writes nothing", async () => {
    const { code } = await failureOf(() =>
      openSession({
        ...{ path: sealed.directory, identities: [trial.identity], destination: destination() },
        signal: AbortSignal.abort(),
        onProgress: () => expect.fail("a chunk was opened"),
      }),
    );
    expect(code).to.equal("SESSION_OPEN_INTERRUPTED");
    expect(partials()).to.deep.equal([]);
  });

  it("that is not aborted opens the session", async () => {
    expect((await openUntil(1, () => undefined)).bytes).to.equal(CHUNKS * CHUNK_BYTES);
    expect(existsSync(destination())).to.equal(true);
  });

  it("says where the plaintext is when it cannot be removed, and why the opening failed", async () => {
    let partial = "";
    const failing = openUntil(1, (controller) => {
      partial = join(trial.folder, partials()[0] ?? "");
      // Nobody may remove a folder as if it were a file.
      renameSync(partial, `${partial}.moved`);
      mkdirSync(partial);
      writeFileSync(join(partial, "in the way"), "");
      controller.abort();
    });
    const failure = await failureOf(() => failing);
    expect(failure).to.include({
      code: "SESSION_PLAINTEXT_LEFT",
      path: partial,
      after: "SESSION_OPEN_INTERRUPTED",
    });
    rmSync(partial, { recursive: true });
  });
});
