import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { assert } from "chai";
import { runTask } from "../support/run-task.ts";

const LOGGER = resolve(import.meta.dirname, "../../offchain/logger.ts");
/** Clears the screen and goes to its top left corner; the second time in one character a sequence. */
const CLEARED = "\u001b[2J\u001b[H\u009b2JSession 1 is verified\u202e.\nSession 2 is verified.";
/** All that a terminal obeys, but line breaks. */
const OBEYED = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const FILES = [
  ["a file", "proof.json"],
  ["a file whose name is hostile too", "\u001b[2J\u202eproof.json"],
] as const;
const FORGED = /^Session \d is verified/m;

describe("hostile text", function () {
  this.timeout(60_000);
  let folder: string;
  let settings: Record<string, string>;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "lucid-hostile-"));
    settings = { LUCID_DATA_DIR: folder };
  });
  after(() => rm(folder, { recursive: true }));

  /** A proof whose text asks for more than a proof may hold. */
  async function writeProof(name: string): Promise<string> {
    const file = join(folder, name);
    const proof = { format: "lucid.session-proof", version: 1, chainId: CLEARED, [CLEARED]: CLEARED };
    await writeFile(file, JSON.stringify(proof));
    return file;
  }

  for (const [where, name] of FILES) {
    it(`of a proof in ${where} is shown, not obeyed`, async () => {
      const file = await writeProof(name);
      const { code, stdout, stderr } = await runTask(["session", "verify", file], settings);
      const shown = stdout + stderr;
      assert.equal(code, 1);
      assert.include(shown, "PROOF_MALFORMED");
      assert.include(shown, "\\u001b[2J");
      assert.notMatch(shown, OBEYED);
      assert.notMatch(shown, FORGED);
    });

    it(`of a proof in ${where} is the same value for machines`, async () => {
      const file = await writeProof(name);
      const { code, stdout, stderr } = await runTask(["session", "verify", file, "--json"], settings);
      assert.equal(code, 1);
      assert.notMatch(stdout + stderr, OBEYED);
      const { error } = JSON.parse(stdout) as { error: { code: string; file: string; reason: string } };
      assert.deepInclude(error, { code: "PROOF_MALFORMED", file });
      assert.include(error.reason, "\u001b[2J");
    });
  }

  it("in the log is shown, not obeyed", async () => {
    const program = `
      import { createLogger } from ${JSON.stringify(LOGGER)};
      createLogger("warn").warn({ reason: ${JSON.stringify(CLEARED)} }, ${JSON.stringify(CLEARED)});
    `;
    const args = ["--import", "tsx", "--input-type=module", "--eval", program];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "pipe"] });
    let log = "";
    child.stderr.on("data", (data) => {
      log += data;
    });
    await new Promise((done) => child.once("close", done));
    assert.notMatch(log, OBEYED);
    assert.deepInclude(JSON.parse(log), { reason: CLEARED, msg: CLEARED });
  });
});
