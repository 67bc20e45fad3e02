import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { generateX25519Identity } from "age-encryption";
import { assert } from "chai";
import { Wallet } from "ethers";
import { type LocalChain, localKey } from "../../../devnet/anvil.ts";
import { startGeth } from "../../../devnet/geth.ts";
import { needGeth } from "../../support/evm-chain.ts";
import { runJson, taskSettings } from "../../support/run-task.ts";

const SAMPLES = resolve(import.meta.dirname, "../../../samples");

interface Sealed {
  readonly session: string;
  readonly chunks: number;
}
interface Anchored {
  readonly session: string;
  readonly anchored: "now" | "before";
  readonly mode: string;
}
interface Failure {
  readonly error: { readonly code: string; readonly message: string };
}

describe("the tasks, as processes against go-ethereum", function () {
  this.timeout(240_000);
  let chain: LocalChain;
  let settings: Record<string, string>;
  let dataDir: string;
  let sealed: Sealed[];

  before(async function () {
    needGeth(this);
    chain = await startGeth();
    dataDir = await mkdtemp(join(tmpdir(), "lucid-geth-tasks-"));
    const common = await taskSettings(chain, dataDir, await generateX25519Identity());
    settings = { ...common, LUCID_CONFIRMATIONS: "2" };
    await runJson(["deploy"], settings);
    sealed = await runJson<Sealed[]>(["session", "seal", SAMPLES, "--chunk-bytes", "1048576"], settings);
  });
  after(async () => {
    await chain?.[Symbol.asyncDispose]();
    if (dataDir !== undefined) await rm(dataDir, { recursive: true });
  });

  const session = (index: number) => sealed[index]?.session as string;

  it("deploy again finds what is deployed", async () => {
    const { grants } = await runJson<{ grants: unknown[] }>(["deploy"], settings);
    assert.isEmpty(grants);
  });

  for (const [mode, flags, indices] of [
    ["single", ["--one-by-one"], [0, 1]],
    ["batch", [], [2, 3]],
    ["tree", ["--tree"], [4, 5]],
  ] as const) {
    it(`anchors (${mode}) and verifies`, async () => {
      const ids = indices.map(session);
      const rows = await runJson<Anchored[]>(["session", "anchor", ...flags, ...ids], settings);
      assert.deepEqual(
        rows.map((row) => [row.session, row.anchored, row.mode]).sort(),
        ids.map((id) => [id, "now", mode]).sort(),
      );
      const { verified } = await runJson<{ verified: boolean }>(
        ["session", "verify", session(indices[0])],
        settings,
      );
      assert.isTrue(verified);
    });
  }

  it("records chunks and proves one", async () => {
    const largest = sealed.find(({ chunks }) => chunks > 1) as Sealed;
    await runJson(["chunk", "store", largest.session], settings);
    const { recorded } = await runJson<{ recorded: number }>(["chunk", "status", largest.session], settings);
    assert.equal(recorded, largest.chunks);
    const proven = await runJson<{ segmentIndex: number }>(
      ["chunk", "prove", largest.session, "1"],
      settings,
    );
    assert.isAtLeast(proven.segmentIndex, 0);
  });

  it("names the account that lacks a role, and what a paused contract refuses", async () => {
    const [one] = await runJson<Sealed[]>(["session", "seal", join(SAMPLES, "first-steps.cast")], settings);
    const id = one?.session as string;
    const stranger = new Wallet(localKey(5));
    const asStranger = { ...settings, LUCID_REGISTRAR_KEY: stranger.privateKey };
    const refused = await runJson<Failure>(["session", "anchor", id], asStranger, 1);
    assert.equal(refused.error.code, "CONTRACT_REVERTED");
    assert.include(refused.error.message, "AccessControlUnauthorizedAccount");
    assert.include(refused.error.message, stranger.address);
    assert.include(refused.error.message, "REGISTRAR");

    await runJson(["pause"], settings);
    const paused = await runJson<Failure>(["session", "anchor", id], settings, 1);
    assert.equal(paused.error.code, "CONTRACT_REVERTED");
    assert.include(paused.error.message, "EnforcedPause");
    await runJson(["unpause"], settings);
    const [anchored] = await runJson<Anchored[]>(["session", "anchor", id], settings);
    assert.equal(anchored?.anchored, "now");
  });
});
