import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { assert } from "chai";
import { runJson } from "../support/run-task.ts";

const SAMPLE = resolve(import.meta.dirname, "../../samples/first-steps.cast");

interface Failure {
  readonly error: { readonly code: string; readonly setting?: string };
}

describe("a key in the keystore, where there is no terminal", function () {
  this.timeout(30_000);
  let home: string;

  before(async () => {
    home = await mkdtemp(join(tmpdir(), "lucid-keystore-"));
    // Of a keystore, the names alone can be read without its password.
    await mkdir(join(home, "hardhat-nodejs"));
    const keystore = { version: "1", secrets: { LUCID_OWNER_KEY: {} } };
    await writeFile(join(home, "hardhat-nodejs", "keystore.json"), JSON.stringify(keystore));
  });
  after(() => rm(home, { recursive: true }));

  const seal = (environment: Record<string, string>) =>
    runJson<Failure>(
      ["session", "seal", SAMPLE],
      { XDG_CONFIG_HOME: home, LUCID_DATA_DIR: home, CI: "", ...environment },
      1,
    );

  it("is a typed error, and not a password that nobody can type", async () => {
    const { error } = await seal({});
    assert.deepInclude(error, { code: "KEY_LOCKED", setting: "LUCID_OWNER_KEY" });
  });

  it("is not asked for where the environment has the key", async () => {
    const { error } = await seal({ LUCID_OWNER_KEY: "0x12" });
    assert.deepInclude(error, { code: "KEY_INVALID", setting: "LUCID_OWNER_KEY" });
  });
});
